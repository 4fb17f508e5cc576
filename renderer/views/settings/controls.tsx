/** The kinds of setting: on or off, and one of several. */
import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Label, Select, SelectValue } from 'react-aria-components/Select';
import { Switch } from 'react-aria-components/Switch';
import { Text } from 'react-aria-components/Text';
import { CheckIcon, ChevronIcon } from '../parts/icons.tsx';

export function Toggle({
  label,
  hint,
  on,
  onChange,
  testId,
}: {
  label: string;
  hint?: string;
  on: boolean;
  onChange: (on: boolean) => void;
  testId: string;
}): ReactElement {
  return (
    <Switch
      className="setting switch"
      isSelected={on}
      onChange={onChange}
      // The field itself is unseen: all of its line comes into sight with it.
      onFocus={({ target }) => target.closest('label')?.scrollIntoView({ block: 'nearest' })}
      data-testid={testId}
    >
      <span className="setting-words">
        <span>{label}</span>
        {hint === undefined ? null : <span className="setting-hint">{hint}</span>}
      </span>
      <span className="switch-track" aria-hidden="true">
        <span className="switch-knob" />
      </span>
    </Switch>
  );
}

/** @param choices by id, with their words; in the order in which they are shown. */
export function Choice({
  label,
  hint,
  hideLabel = false,
  choices,
  chosen,
  onChoose,
  testId,
}: {
  label: string;
  hint?: string;
  /** Only a screen reader hears it: what is around says it to everybody else. */
  hideLabel?: boolean;
  choices: readonly (readonly [id: string, words: string])[];
  chosen: string;
  onChoose: (id: string) => void;
  testId: string;
}): ReactElement {
  return (
    <Select
      className={hideLabel ? 'setting-inline' : 'setting'}
      selectedKey={chosen}
      onSelectionChange={(key) => {
        if (key !== null) onChoose(String(key));
      }}
      data-testid={testId}
    >
      <span className={hideLabel ? 'visually-hidden' : 'setting-words'}>
        <Label>{label}</Label>
        {hint === undefined ? null : (
          <Text slot="description" className="setting-hint">
            {hint}
          </Text>
        )}
      </span>
      <Button className="button select">
        <SelectValue className="select-value" />
        <ChevronIcon />
      </Button>
      <Popover className="popover" placement="bottom end" maxHeight={320}>
        <ListBox className="menu popover-list">
          {choices.map(([id, words]) => (
            <ListBoxItem key={id} id={id} className="menu-item" textValue={words}>
              {({ isSelected }) => (
                <>
                  <span className="menu-mark">{isSelected ? <CheckIcon /> : null}</span>
                  {words}
                </>
              )}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
