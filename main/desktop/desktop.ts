/** Everything that is seen of Tintype outside its window: menu, tray, taskbar, notifications, power. */
import { app, Menu, nativeTheme } from 'electron';
import type {
  AuthState,
  EngineStatus,
  RunReport,
  Summary,
  WindowCommand,
} from '../../preload/contract/model.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import type { Translator } from '../../preload/language/translator.ts';
import type { Clock } from '../lib/clock.ts';
import { errorCode, type Log } from '../lib/log.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { overlayImage } from './icons.ts';
import { doneShare, isBusy, taskbarProgress, trayLook } from './look.ts';
import { menuTemplate, trayTemplate, type MenuActions } from './menu.ts';
import { notifyOfRun } from './notify.ts';
import { createPower } from './power.ts';
import { setStartAtLogin } from './start-at-login.ts';
import { createTray, type TrayIcon } from './tray.ts';
import type { WindowKeeper } from './window-keeper.ts';

export interface Desktop {
  /** Makes menu and tray, for which the window need not wait. */
  start(): void;
  onSummary(summary: Summary): void;
  onEngine(status: EngineStatus): void;
  /** The sign-in or the language is another. */
  refresh(): void;
  onRun(run: RunReport): void;
  hasTray(): boolean;
  /** Whether the engine is to spare the battery now. */
  sparing(): boolean;
  stop(): void;
}

export interface DesktopDeps {
  settings: SettingsStore;
  words: () => Translator;
  keeper: WindowKeeper;
  clock: Clock;
  auth: () => AuthState;
  choose: (kind: 'files' | 'folder') => void;
  setPaused: (paused: boolean) => void;
  /** Shows the window, and has it do this. */
  show: (command: WindowCommand) => void;
  onSparing: (sparing: boolean) => void;
  onFailure: (error: unknown) => void;
  log: Log;
}

export function createDesktop(deps: DesktopDeps): Desktop {
  const { settings, words, keeper, log } = deps;
  let summary: Summary | null = null;
  let engine: EngineStatus = { kind: 'starting' };
  let menuShown = '';
  let progressShown = '';
  let badgeShown = 0;
  let startsAtLogin = settings.get().startAtLogin;
  let loginLane = Promise.resolve();

  const open = (): void => {
    keeper.show();
  };
  const actions: MenuActions = {
    choose: deps.choose,
    setPaused: deps.setPaused,
    show: deps.show,
    quit: () => {
      app.quit();
    },
  };
  let tray: TrayIcon | null = null;
  const power = createPower({ settings: settings.get(), clock: deps.clock, onSparing: deps.onSparing });

  const tooltip = (): string => {
    const { say, formatPercent } = words();
    const look = trayLook(summary);
    if (summary === null || look === 'idle') return 'Tintype';
    if (look === 'paused') return say(summary.paused === 'user' ? 'tray.paused' : 'tray.waiting');
    return look === 'busy'
      ? say('tray.busy', { share: formatPercent(doneShare(summary)) })
      : say('tray.attention', { count: summary.attention.count });
  };

  const refresh = (): void => {
    if (tray === null) return;
    const { kind } = deps.auth();
    const state = {
      queueOpen: kind === 'signedIn' || kind === 'expired',
      paused: summary?.paused === 'user',
    };
    // At most five times a second, and nearly always the same as before.
    const key = JSON.stringify([words().locale, state]);
    if (key !== menuShown) {
      menuShown = key;
      Menu.setApplicationMenu(
        Menu.buildFromTemplate(menuTemplate(words(), process.platform, state, actions)),
      );
      tray.setMenu(trayTemplate(words(), state, { ...actions, open }));
    }
    tray.update(trayLook(summary), tooltip());
    showProgress();
    power.setBusy(isBusy(summary));
  };

  const showProgress = (): void => {
    const { value, mode } = taskbarProgress(summary, engine);
    const attention = summary?.attention.count ?? 0;
    const window = keeper.get();
    const text = JSON.stringify([value, mode, window?.id]);
    if (text !== progressShown) {
      progressShown = text;
      window?.setProgressBar(value, { mode });
    }
    if (attention === badgeShown) return;
    badgeShown = attention;
    app.setBadgeCount(attention);
    if (process.platform !== 'win32') return;
    const some = attention > 0;
    window?.setOverlayIcon(
      some ? overlayImage() : null,
      some ? words().say('tray.attention', { count: attention }) : '',
    );
  };

  const startAtLogin = async (): Promise<void> => {
    const on = settings.get().startAtLogin;
    if (on === startsAtLogin) return;
    try {
      await setStartAtLogin(on);
      startsAtLogin = on;
    } catch (error) {
      log('start_at_login.failed', { code: errorCode(error) });
      deps.show({ kind: 'notice', notice: { kind: 'problem', code: 'start_at_login_failed' } });
      // The setting says how it is.
      await settings.change({ startAtLogin: startsAtLogin });
    }
  };
  const apply = (now: Settings, before: Settings): void => {
    nativeTheme.themeSource = now.theme;
    power.apply(now);
    if (now.startAtLogin !== before.startAtLogin) {
      // One after the other, and the last wish counts.
      loginLane = loginLane.then(startAtLogin).catch(deps.onFailure);
    }
  };
  nativeTheme.themeSource = settings.get().theme;
  settings.onChange(apply);

  return {
    start: () => {
      tray = createTray(process.platform, open, log);
      refresh();
    },
    onSummary: (next) => {
      summary = next;
      refresh();
    },
    onEngine: (next) => {
      engine = next;
      refresh();
    },
    refresh,
    onRun: (run) => {
      if (keeper.isFocused() || !settings.get().notifications) return;
      log('run.notified', { id: run.id });
      notifyOfRun(run, words(), (filter) => {
        deps.show({ kind: 'filter', filter });
      });
    },
    hasTray: () => tray?.exists() === true,
    sparing: power.sparing,
    stop: () => {
      power.stop();
      tray?.destroy();
    },
  };
}
