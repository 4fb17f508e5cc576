/** The computer's power: kept awake while photos go up, and its battery spared where a person wants that. */
import { powerMonitor, powerSaveBlocker } from 'electron';
import type { Clock } from '../lib/clock.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import { isDischarging } from './battery.ts';

export interface Power {
  /** Photos go up at this moment. */
  setBusy(busy: boolean): void;
  apply(settings: Pick<Settings, 'keepAwake' | 'pauseOnBattery'>): void;
  /** Whether the engine is to spare the battery now. */
  sparing(): boolean;
  stop(): void;
}

export interface PowerDeps {
  settings: Pick<Settings, 'keepAwake' | 'pauseOnBattery'>;
  clock: Clock;
  onSparing: (sparing: boolean) => void;
}

/** How often Linux is asked, which tells nobody of itself. */
const lookEveryMs = 15_000;

export function createPower({ settings: first, clock, onSparing }: PowerDeps): Power {
  let settings = first;
  let busy = false;
  let blocker: number | null = null;
  let onBattery = false;
  let sparing = false;
  let stopped = false;
  let callOff = (): void => undefined;

  const hold = (): void => {
    const wanted = busy && settings.keepAwake && !stopped;
    if (wanted && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (wanted || blocker === null) return;
    powerSaveBlocker.stop(blocker);
    blocker = null;
  };
  const spare = (): void => {
    const next = settings.pauseOnBattery && onBattery && !stopped;
    if (next === sparing) return;
    sparing = next;
    onSparing(sparing);
  };
  const noteBattery = (now: boolean): void => {
    onBattery = now;
    spare();
  };

  const look = async (): Promise<void> => {
    callOff();
    noteBattery(
      process.platform === 'linux'
        ? await isDischarging('/sys/class/power_supply')
        : powerMonitor.isOnBatteryPower(),
    );
    callOff();
    if (settings.pauseOnBattery && !stopped) callOff = clock.after(lookEveryMs, () => void look());
  };
  powerMonitor.on('on-battery', () => noteBattery(true));
  powerMonitor.on('on-ac', () => noteBattery(false));
  if (settings.pauseOnBattery) void look();

  return {
    setBusy: (now) => {
      busy = now;
      hold();
    },
    apply: (next) => {
      const begins = next.pauseOnBattery && !settings.pauseOnBattery;
      settings = next;
      hold();
      spare();
      if (begins) void look();
    },
    sparing: () => sparing,
    stop: () => {
      stopped = true;
      callOff();
      hold();
    },
  };
}
