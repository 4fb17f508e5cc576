/** More of one photo: its picture, what is known of it, and what became of it. */
import { memo, useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import type { PhotoDetails } from '../../preload/contract/model.ts';
import { useNow } from '../state/clock.ts';
import { useServices } from '../state/services.ts';
import { useStore } from '../state/store.ts';
import { detailsText, sizeText, takenText } from '../text/details.ts';
import { formatMoment } from '../text/format.ts';
import { language } from '../text/language.ts';
import { placeText, rowText, typeText } from '../text/rows.ts';
import { photoFacts } from '../text/technical.ts';
import { AttemptList } from './attempts.tsx';
import { CloseIcon, FolderIcon } from './parts/icons.tsx';
import { Technical } from './parts/technical.tsx';
import { Thumbnail } from './parts/thumbnail.tsx';

/** Follows the row at the cursor. */
export const DetailsPane = memo(function DetailsPane({
  id,
  onClose,
}: {
  id: number | null;
  onClose: () => void;
}): ReactElement {
  useStore(language);
  const details = useDetails(id);
  return (
    <aside className="details-pane" aria-label={detailsText.title} data-testid="details">
      <div className="details-head">
        <h2 className="details-title ellipsis">{details?.row.fileName ?? detailsText.title}</h2>
        <Button className="button button-icon" aria-label={detailsText.hide} onPress={onClose}>
          <CloseIcon />
        </Button>
      </div>
      {details === null ? <p className="dim">{detailsText.nothing}</p> : <Body details={details} />}
    </aside>
  );
});

/** Asks again whenever something in the queue changed; what it knew stays until the answer is there. */
function useDetails(id: number | null): PhotoDetails | null {
  const { client, summary } = useServices();
  const [details, setDetails] = useState<PhotoDetails | null>(null);
  useEffect(() => {
    let wanted = true;
    let asking = false;
    let again = false;
    const ask = async (): Promise<void> => {
      if (asking) {
        again = true;
        return;
      }
      asking = true;
      const reply = id === null ? null : await client.ask('queue.details', id);
      asking = false;
      if (!wanted) return;
      setDetails(reply?.ok === true ? reply.value : null);
      if (!again) return;
      again = false;
      void ask();
    };
    void ask();
    const leave = summary.subscribe(() => void ask());
    return () => {
      wanted = false;
      leave();
    };
  }, [client, summary, id]);
  return details;
}

function Body({ details }: { details: PhotoDetails }): ReactElement {
  const { act, clock } = useServices();
  const { row, camera, sha256, sameContent, attempts } = details;
  const { state } = row;
  const now = useNow(clock, state.kind === 'waiting' && state.nextTryAt !== null);
  const text = rowText(row, now);
  const type = typeText(row);
  return (
    <>
      <Thumbnail key={row.id} row={row} large />
      <dl className="details-list">
        <Fact name={detailsText.state}>
          {text.title}
          <span className="details-more dim numbers">{text.detail}</span>
        </Fact>
        <Fact name={detailsText.taken}>{takenText(details)}</Fact>
        {camera === null ? null : <Fact name={detailsText.camera}>{camera}</Fact>}
        <Fact name={detailsText.size}>
          {[sizeText(row.size), type].filter((part) => part !== '').join(', ')}
        </Fact>
        <Fact name={detailsText.folder}>
          <span className="details-text">{placeText(row)}</span>
          <Button
            className="button details-reveal"
            onPress={() => void act('queue.reveal', row.id)}
            data-testid="reveal"
          >
            <FolderIcon />
            {detailsText.reveal}
          </Button>
        </Fact>
        <Fact name={detailsText.added}>{formatMoment(row.addedAt)}</Fact>
        {row.doneAt === null ? null : <Fact name={detailsText.stored}>{formatMoment(row.doneAt)}</Fact>}
        {state.kind === 'done' && state.duplicateOf !== null ? (
          <Fact name={detailsText.copyOf}>{state.duplicateOf}</Fact>
        ) : null}
        {sameContent.length === 0 ? null : (
          <Fact name={detailsText.sameContent}>
            {sameContent.map((path) => (
              <span className="details-text details-more" key={path}>
                {path}
              </span>
            ))}
          </Fact>
        )}
        <AttemptList key={row.id} details={details} />
      </dl>
      <Technical key={row.id} facts={photoFacts(details)} attempts={attempts}>
        {sha256 === null ? null : (
          <Fact name={detailsText.fingerprint}>
            <span className="details-text">{sha256}</span>
          </Fact>
        )}
      </Technical>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactElement {
  return (
    <div className="details-fact">
      <dt className="dim">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
