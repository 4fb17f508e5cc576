import type { ReactElement } from 'react';
import { maxTransfers } from '../../../preload/contract/settings.ts';
import { settingsText, transfersText } from '../../text/settings.ts';
import type { SectionProps } from '../settings.tsx';
import { Choice, Toggle } from './controls.tsx';
import { SpeedChoice } from './speed-choice.tsx';
import { TimetableEditor } from './timetable-editor.tsx';

/** How much of the line and of the computer uploads may take. */
export function UploadsSection({ settings, change }: SectionProps): ReactElement {
  const { transfers } = settings;
  const counts = Array.from({ length: maxTransfers }, (_, index) => index + 1);
  return (
    <>
      <SpeedChoice
        label={settingsText.speed}
        bytesPerSecond={settings.bytesPerSecond}
        onChoose={(bytesPerSecond) => change({ bytesPerSecond })}
        testId="setting-speed"
      />
      <TimetableEditor timetable={settings.timetable} onChange={(timetable) => change({ timetable })} />
      <Choice
        label={settingsText.transfers}
        hint={settingsText.transfersHint}
        choices={(['auto', ...counts] as const).map((count) => [String(count), transfersText(count)])}
        chosen={String(transfers)}
        onChoose={(id) => change({ transfers: id === 'auto' ? 'auto' : Number(id) })}
        testId="setting-transfers"
      />
      <Toggle
        label={settingsText.keepAwake}
        hint={settingsText.keepAwakeHint}
        on={settings.keepAwake}
        onChange={(keepAwake) => change({ keepAwake })}
        testId="setting-keep-awake"
      />
      <Toggle
        label={settingsText.pauseOnBattery}
        hint={settingsText.pauseOnBatteryHint}
        on={settings.pauseOnBattery}
        onChange={(pauseOnBattery) => change({ pauseOnBattery })}
        testId="setting-pause-on-battery"
      />
    </>
  );
}
