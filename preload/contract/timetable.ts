/** Which speed limit holds when: main goes by it, and the window says what it comes to. */
import type { Settings, TimetableEntry } from './settings.ts';

export const minutesPerDay = 24 * 60;

/**
 * The entry that holds at this moment of the computer's own time; null where none does.
 *
 * One that runs past midnight belongs to the day on which it began: Friday 22:00 to 6:00 holds on Saturday morning.
 */
export function entryAt(timetable: readonly TimetableEntry[], at: Date): TimetableEntry | null {
  const minute = at.getHours() * 60 + at.getMinutes();
  const today = isoDay(at.getDay());
  const yesterday = isoDay(at.getDay() + 6);
  return (
    timetable.find(({ days, from, to }) => {
      const overnight = to <= from;
      const begun = days.includes(today) && minute >= from && (overnight || minute < to);
      return begun || (overnight && days.includes(yesterday) && minute < to);
    }) ?? null
  );
}

/** Bytes per second that hold at this moment; null = no limit. */
export function limitAt(
  { bytesPerSecond, timetable }: Pick<Settings, 'bytesPerSecond' | 'timetable'>,
  at: Date,
): number | null {
  const entry = entryAt(timetable, at);
  return entry === null ? bytesPerSecond : entry.bytesPerSecond;
}

/** @param day as `Date.getDay` has it, 0 for Sunday; also from the days after. */
function isoDay(day: number): number {
  return day % 7 === 0 ? 7 : day % 7;
}
