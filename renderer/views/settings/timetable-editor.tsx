/** Which other speed limit holds when: a card for each stretch of hours. */
import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { Group } from 'react-aria-components/Group';
import { ToggleButton } from 'react-aria-components/ToggleButton';
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup';
import { maxTimetable, type TimetableEntry } from '../../../preload/contract/settings.ts';
import { entryAt, minutesPerDay } from '../../../preload/contract/timetable.ts';
import { useNow } from '../../state/clock.ts';
import { useServices } from '../../state/services.ts';
import { formatTimeOfDay, formatWeekday } from '../../text/format.ts';
import { hoursText, settingsText } from '../../text/settings.ts';
import { CloseIcon, PlusIcon } from '../parts/icons.tsx';
import { Choice } from './controls.tsx';
import { SpeedChoice } from './speed-choice.tsx';

/** Minutes from one time that is offered to the next. */
const step = 30;

const week = [1, 2, 3, 4, 5, 6, 7] as const;

/** What people who limit their uploads mean most often. */
const officeHours: TimetableEntry = {
  days: [1, 2, 3, 4, 5],
  from: 8 * 60,
  to: 18 * 60,
  bytesPerSecond: 625_000,
};

export function TimetableEditor({
  timetable,
  onChange,
}: {
  timetable: readonly TimetableEntry[];
  onChange: (timetable: TimetableEntry[]) => void;
}): ReactElement {
  const { clock } = useServices();
  const now = entryAt(timetable, new Date(useNow(clock, timetable.length > 0)));
  const replace = (index: number, entry: TimetableEntry | null): void => {
    onChange(timetable.flatMap((old, at) => (at !== index ? [old] : entry === null ? [] : [entry])));
  };
  return (
    <Group className="setting-block" aria-label={settingsText.timetable}>
      <div className="setting">
        <div className="setting-words">
          <span>{settingsText.timetable}</span>
          <span className="setting-hint">
            {timetable.length === 0 ? settingsText.timetableNone : settingsText.timetableHint}
          </span>
        </div>
        <Button
          className="button"
          isDisabled={timetable.length >= maxTimetable}
          onPress={() => onChange([...timetable, officeHours])}
          data-testid="timetable-add"
        >
          <PlusIcon />
          {settingsText.timetableAdd}
        </Button>
      </div>
      {timetable.map((entry, index) => (
        <Hours
          // oxlint-disable-next-line react/no-array-index-key -- an entry has nothing else that stays the same.
          key={index}
          index={index}
          entry={entry}
          holds={entry === now}
          onChange={(next) => replace(index, next)}
        />
      ))}
    </Group>
  );
}

function Hours({
  index,
  entry,
  holds,
  onChange,
}: {
  index: number;
  entry: TimetableEntry;
  /** At this moment. */
  holds: boolean;
  onChange: (entry: TimetableEntry | null) => void;
}): ReactElement {
  const { days, from, to, bytesPerSecond } = entry;
  return (
    <Group className="hours" aria-label={hoursText(index)} data-testid={`hours-${index}`}>
      <div className="hours-line">
        <ToggleButtonGroup
          className="days"
          aria-label={settingsText.timetableDays}
          selectionMode="multiple"
          // One day at least: hours of no day would never hold.
          disallowEmptySelection
          selectedKeys={days.map(String)}
          onSelectionChange={(keys) =>
            onChange({ ...entry, days: week.filter((day) => keys.has(String(day))) })
          }
        >
          {week.map((day) => (
            <ToggleButton
              key={day}
              id={String(day)}
              className="day"
              aria-label={formatWeekday(day, 'long')}
              data-testid={`day-${day}`}
            >
              {formatWeekday(day, 'short')}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        {holds ? <span className="chip chip-small">{settingsText.timetableNow}</span> : null}
        <Button
          className="button button-icon hours-remove"
          aria-label={settingsText.timetableRemove}
          onPress={() => onChange(null)}
        >
          <CloseIcon />
        </Button>
      </div>
      <div className="hours-line">
        <TimeChoice
          label={settingsText.timetableFrom}
          minute={from}
          onChange={(next) => onChange({ ...entry, from: next })}
          testId={`hours-${index}-from`}
        />
        <TimeChoice
          label={settingsText.timetableTo}
          minute={to}
          onChange={(next) => onChange({ ...entry, to: next })}
          testId={`hours-${index}-to`}
        />
        {to <= from ? <span className="setting-hint">{settingsText.timetableOvernight}</span> : null}
        <span className="hours-limit">
          <SpeedChoice
            label={settingsText.timetableLimit}
            hideLabel
            bytesPerSecond={bytesPerSecond}
            onChoose={(next) => onChange({ ...entry, bytesPerSecond: next })}
            testId={`hours-${index}-limit`}
          />
        </span>
      </div>
    </Group>
  );
}

/** In steps of half an hour: Chromium's own field for times speaks the system's language, not that of the window. */
function TimeChoice({
  label,
  minute,
  onChange,
  testId,
}: {
  label: string;
  minute: number;
  onChange: (minute: number) => void;
  testId: string;
}): ReactElement {
  const usual = Array.from({ length: minutesPerDay / step }, (_, index) => index * step);
  // The file may have been written by hand.
  const minutes = usual.includes(minute) ? usual : [...usual, minute].toSorted((a, b) => a - b);
  return (
    <span className="time">
      <span aria-hidden="true">{label}</span>
      <Choice
        label={label}
        hideLabel
        choices={minutes.map((at) => [String(at), formatTimeOfDay(at)])}
        chosen={String(minute)}
        onChoose={(id) => onChange(Number(id))}
        testId={testId}
      />
    </span>
  );
}
