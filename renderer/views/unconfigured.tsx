/** First run: which library is it? */
import { useState, type FormEvent, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { Input, Label, Text, TextField } from 'react-aria-components/TextField';
import type { Problem } from '../../preload/contract/model.ts';
import { useServices } from '../state/services.ts';
import { connectText } from '../text/window.ts';
import { Mark } from './parts/icons.tsx';
import { ProblemNote } from './parts/problem-note.tsx';

/** Asks for the library's address; main fetches its configuration and changes the state when it has it. */
export function UnconfiguredView({ problem }: { problem: Problem | null }): ReactElement {
  const { client } = useServices();
  const [address, setAddress] = useState('');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Problem | null>(null);
  const shown = refusal ?? problem;

  const connect = async (): Promise<void> => {
    setBusy(true);
    setRefusal(null);
    const reply = await client.ask('config.connect', address.trim());
    setBusy(false);
    if (!reply.ok) setRefusal(reply.problem);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!busy && address.trim() !== '') void connect();
  };

  return (
    <main className="stage" data-testid="view-unconfigured">
      <Mark size={56} />
      <h1>{connectText.title}</h1>
      {/* The browser would refuse an address without https://, which main adds. */}
      <form className="form" onSubmit={submit} noValidate>
        <TextField
          className="field"
          type="url"
          value={address}
          onChange={setAddress}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the one thing to do here, and the view before took the focus with it
          autoFocus
          isInvalid={refusal !== null}
          validationBehavior="aria"
        >
          <Label>{connectText.label}</Label>
          <div className="field-line">
            <Input
              className="input"
              placeholder={connectText.placeholder}
              spellCheck="false"
              autoComplete="url"
              data-testid="address"
            />
            <Button
              className="button button-primary"
              type="submit"
              isPending={busy}
              isDisabled={address.trim() === ''}
              data-testid="connect"
            >
              {busy ? connectText.connecting : connectText.connect}
            </Button>
          </div>
          <Text slot="description" className="dim">
            {connectText.intro}
          </Text>
        </TextField>
      </form>
      {shown === null || busy || shown.code === 'config_missing' ? null : <ProblemNote problem={shown} />}
    </main>
  );
}
