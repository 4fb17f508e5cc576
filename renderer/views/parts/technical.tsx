import { useState, type ReactElement, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import type { Attempt } from '../../../preload/contract/model.ts';
import { useServices } from '../../state/services.ts';
import { factsText, type Fact } from '../../text/technical.ts';
import { appText } from '../../text/window.ts';

/**
 * What whoever helps wants to know, for who opens it, and the ways to hand it on.
 *
 * @param children what else is to be seen there.
 */
export function Technical({
  facts,
  attempts = [],
  children,
}: {
  facts: readonly Fact[];
  attempts?: readonly Attempt[];
  children?: ReactNode;
}): ReactElement {
  const { act } = useServices();
  const [open, setOpen] = useState(false);
  const [copied, setCopied] = useState(false);
  return (
    <details
      className="details"
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
        setCopied(false);
      }}
      data-testid="technical"
    >
      <summary>{appText.details}</summary>
      {/* Nobody who does not ask for them is to meet codes, by search or by a screen reader either. */}
      {open ? (
        <>
          <dl className="details-list">
            {facts.map(({ name, value }) => (
              <div className="details-fact" key={name}>
                <dt className="dim">{name}</dt>
                <dd className="details-text">{value}</dd>
              </div>
            ))}
            {children}
          </dl>
          <div className="details-actions">
            {facts.length === 0 ? null : (
              <Button
                className="button"
                onPress={() => {
                  void act('app.copyText', factsText(facts, attempts));
                  setCopied(true);
                }}
                data-testid="copy-details"
              >
                {copied ? appText.copied : appText.copyDetails}
              </Button>
            )}
            <Button
              className="button"
              onPress={() => void act('app.saveDiagnostics')}
              data-testid="save-diagnostics"
            >
              {appText.saveDiagnostics}
            </Button>
          </div>
        </>
      ) : null}
    </details>
  );
}
