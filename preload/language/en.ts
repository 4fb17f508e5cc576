/** The English catalogue, which also says what messages there are: see docs/decisions/0014-languages.md. */
import { account } from './en/accounts.ts';
import { signInCause } from './en/causes.ts';
import { menu, notification, quit, tray } from './en/desktop.ts';
import { dragged, paste, stall, traffic } from './en/flow.ts';
import { format } from './en/formats.ts';
import { attempt, technical } from './en/history.ts';
import { intake, run, skipCount, skipWhy } from './en/intake.ts';
import { dialog, pageText, pageTitle } from './en/main.ts';
import { nextStep, problem } from './en/problems.ts';
import { selection, summary } from './en/queue.ts';
import {
  block,
  details,
  emptyFilter,
  emptyHint,
  emptyList,
  filter,
  finder,
  pause,
  row,
  sort,
  stepDetail,
  stepTitle,
  takenSource,
  wait,
} from './en/rows.ts';
import { battery, notice, settings, settingsSection } from './en/settings.ts';
import {
  app,
  banner,
  connect,
  drop,
  empty,
  fatal,
  obstacle,
  proxy,
  queue,
  reconnect,
  signIn,
  signInStep,
} from './en/window.ts';

export const en = {
  account,
  app,
  attempt,
  banner,
  battery,
  block,
  connect,
  details,
  dialog,
  dragged,
  drop,
  empty,
  emptyFilter,
  emptyHint,
  emptyList,
  fatal,
  filter,
  finder,
  format,
  intake,
  menu,
  nextStep,
  notice,
  notification,
  obstacle,
  pageText,
  pageTitle,
  paste,
  pause,
  problem,
  proxy,
  queue,
  quit,
  reconnect,
  row,
  run,
  selection,
  settings,
  settingsSection,
  signIn,
  signInCause,
  signInStep,
  skipCount,
  skipWhy,
  sort,
  stall,
  stepDetail,
  stepTitle,
  summary,
  takenSource,
  technical,
  traffic,
  tray,
  wait,
} as const;
