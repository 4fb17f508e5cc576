import { useState, type ReactElement } from 'react';
import { Input } from 'react-aria-components/Input';
import { NumberField } from 'react-aria-components/NumberField';
import { minBytesPerSecond } from '../../../preload/contract/settings.ts';
import { settingsText, speedChoices } from '../../text/settings.ts';
import { limitText } from '../../text/summary.ts';
import { Choice } from './controls.tsx';

const bytesPerMegabit = 125_000;
const own = 'own';

/** One of the usual limits, or any other. */
export function SpeedChoice({
  label,
  hideLabel = false,
  bytesPerSecond,
  onChoose,
  testId,
}: {
  label: string;
  hideLabel?: boolean;
  /** null = no limit. */
  bytesPerSecond: number | null;
  onChoose: (bytesPerSecond: number | null) => void;
  testId: string;
}): ReactElement {
  const [asking, setAsking] = useState(false);
  const choices = speedChoices(bytesPerSecond);
  return (
    <>
      <Choice
        label={label}
        hideLabel={hideLabel}
        choices={[
          ...choices.map((choice) => [String(choice), limitText(choice)] as const),
          [own, settingsText.speedOwn],
        ]}
        chosen={asking ? own : String(bytesPerSecond)}
        onChoose={(id) => {
          setAsking(id === own);
          const choice = choices.find((known) => String(known) === id);
          if (choice !== undefined) onChoose(choice);
        }}
        testId={testId}
      />
      {asking ? (
        <NumberField
          className="setting setting-sub"
          aria-label={settingsText.speedOwnLabel}
          defaultValue={(bytesPerSecond ?? 1_250_000) / bytesPerMegabit}
          minValue={Math.ceil((minBytesPerSecond / bytesPerMegabit) * 100) / 100}
          maxValue={100_000}
          formatOptions={{ maximumFractionDigits: 2 }}
          onChange={(megabits) => {
            if (Number.isFinite(megabits)) onChoose(Math.round(megabits * bytesPerMegabit));
          }}
          data-testid={`${testId}-own`}
        >
          <span className="setting-words" aria-hidden="true">
            {settingsText.speedOwnLabel}
          </span>
          <Input className="input input-number numbers" />
        </NumberField>
      ) : null}
    </>
  );
}
