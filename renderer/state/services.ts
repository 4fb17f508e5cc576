/** The window's stores, made once in main.tsx and handed down by context. */
import { createContext, useContext } from 'react';
import type { Bridge, CallName, Calls } from '../../preload/contract/api.ts';
import type { SettingsSection } from '../../preload/contract/model.ts';
import { language } from '../text/language.ts';
import { announcementText } from '../text/summary.ts';
import { createAnnouncer } from './announcer.ts';
import { createClient } from './client.ts';
import { createClock } from './clock.ts';
import { createCommands } from './commands.ts';
import { createIntake } from './intake.ts';
import { createLiveValue } from './live-value.ts';
import { createNotices } from './notices.ts';
import { createPace } from './pace.ts';
import { createStore } from './store.ts';

const announceEveryMs = 10_000;

export type Services = ReturnType<typeof createServices>;

/** Wires the stores to the bridge; `read` gives the time in Unix milliseconds. */
export function createServices(bridge: Bridge, read: () => number) {
  const client = createClient(bridge);
  const notices = createNotices();
  const auth = createLiveValue(client, 'auth.changed', () => client.ask('auth.state'));
  const summary = createLiveValue(client, 'queue.changed', () => client.ask('queue.summary'));
  const engine = createLiveValue(client, 'engine.changed', () => client.ask('engine.status'));
  const proxy = createLiveValue(client, 'proxy.changed', () => client.ask('proxy.question'));
  const settings = createLiveValue(client, 'settings.changed', () => client.ask('settings.get'));
  const pace = createPace(summary, read);
  /** Which part of the settings is open; null while none is. */
  const settingsSection = createStore<SettingsSection | null>(null);
  const commands = createCommands(client);
  commands.on('settings', ({ section }) => {
    settingsSection.set(section);
  });
  commands.on('notice', ({ notice }) => {
    notices.add(notice);
  });
  const announcer = createAnnouncer(announceEveryMs, read);
  const announce = (): void => {
    const now = summary.get();
    if (now !== null) announcer.say(announcementText(now));
  };
  summary.subscribe(announce);
  const forgetLanguage = language.subscribe(announce);
  // The summary belongs to whoever is signed in, and an engine that comes up late has not sent one.
  engine.subscribe(() => void summary.refresh());
  auth.subscribe(() => void summary.refresh());
  // While nobody can see the page (minimised, hidden, covered), main sends no figures and nothing is drawn.
  const onVisibility = (): void => {
    void client.ask('app.visible', !document.hidden);
    if (!document.hidden) void summary.refresh();
  };
  document.addEventListener('visibilitychange', onVisibility);
  onVisibility();
  return {
    client,
    notices,
    auth,
    summary,
    engine,
    proxy,
    settings,
    settingsSection,
    commands,
    announcer,
    pace,
    clock: createClock(read, 1000),
    intake: createIntake(client, auth, notices),
    /** Stops listening; these stores are not used after. */
    close: () => {
      forgetLanguage();
      document.removeEventListener('visibilitychange', onVisibility);
      for (const part of [auth, summary, engine, proxy, settings, commands, pace, announcer]) part.close();
    },
    /** Makes a call whose outcome only matters when it fails; then a notice says so. */
    act: async <K extends Exclude<CallName, 'intake.add'>>(
      name: K,
      ...args: Parameters<Calls[K]>
    ): Promise<void> => {
      const reply = await client.ask(name, ...args);
      if (!reply.ok) notices.add({ kind: 'problem', ...reply.problem });
      // The engine tells of changes a few times a second; whoever has pressed something looks at it now.
      else void summary.refresh();
    },
  };
}

export const ServicesContext = createContext<Services | null>(null);

/** The stores, in any component under main.tsx. */
export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error('useServices needs a ServicesContext above it');
  return services;
}
