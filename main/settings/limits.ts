/** Tells the engine which limits hold, by the settings and by the time of day. */
import type { EngineLimits } from '../../preload/contract/model.ts';
import { engineLimits } from '../../preload/contract/settings.ts';
import { limitAt } from '../../preload/contract/timetable.ts';
import type { Clock } from '../lib/clock.ts';
import type { SettingsStore } from './settings.ts';

export interface LimitsKeeper {
  /** Tells what holds now, whether or not it was told before: an engine that has just started knows nothing. */
  tellAnew(): void;
  /** The computer has slept, or its clock was set: another hour may have come. */
  look(): void;
  stop(): void;
}

export interface LimitsDeps {
  settings: Pick<SettingsStore, 'get' | 'onChange'>;
  clock: Clock;
  tell: (limits: EngineLimits) => void;
}

const minuteMs = 60_000;

/**
 * A timetable is looked at whenever a minute begins. To compute when it changes next would be one more thing that summer
 * time can get wrong.
 */
export function createLimits({ settings, clock, tell }: LimitsDeps): LimitsKeeper {
  let told: EngineLimits | null = null;
  let callOff = (): void => undefined;

  const look = (): void => {
    callOff();
    const now = clock.now();
    const { timetable } = settings.get();
    const next = engineLimits(settings.get(), limitAt(settings.get(), new Date(now)));
    if (next.bytesPerSecond !== told?.bytesPerSecond || next.transfers !== told.transfers) {
      told = next;
      tell(next);
    }
    callOff = timetable.length === 0 ? () => undefined : clock.after(minuteMs - (now % minuteMs), look);
  };
  settings.onChange(look);
  return {
    tellAnew: () => {
      told = null;
      look();
    },
    look,
    stop: () => {
      callOff();
    },
  };
}
