/** The German catalogue. */
import { account } from './de/accounts.ts';
import { signInCause } from './de/causes.ts';
import { menu, notification, quit, tray } from './de/desktop.ts';
import { dragged, paste, stall, traffic } from './de/flow.ts';
import { format } from './de/formats.ts';
import { attempt, technical } from './de/history.ts';
import { intake, run, skipCount, skipWhy } from './de/intake.ts';
import { dialog, pageText, pageTitle } from './de/main.ts';
import { nextStep, problem } from './de/problems.ts';
import { selection, summary } from './de/queue.ts';
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
} from './de/rows.ts';
import { battery, notice, settings, settingsSection } from './de/settings.ts';
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
} from './de/window.ts';
import type { Translation } from './messages.ts';

export const de: Translation = {
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
};
