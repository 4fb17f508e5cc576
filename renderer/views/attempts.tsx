import { Fragment, useState, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import type { PhotoDetails } from '../../preload/contract/model.ts';
import { attemptFacts, attemptSentence, attemptText, endSentence } from '../text/attempts.ts';
import { formatMoment } from '../text/format.ts';
import { say } from '../text/language.ts';

/** So many are shown before somebody asks for the rest. */
const shownAtFirst = 5;

/** What a photo has met on its way, the newest first; nothing where all went well at once. */
export function AttemptList({ details }: { details: PhotoDetails }): ReactElement | null {
  const { row, attempts } = details;
  const [all, setAll] = useState(false);
  if (attempts.length === 0) return null;
  const end = endSentence(row);
  const shown = all ? attempts : attempts.slice(0, shownAtFirst);
  const more = attempts.length - shownAtFirst;
  return (
    <div className="details-fact">
      <dt className="dim">{attemptText.title}</dt>
      <dd>
        <ol className="attempts" data-testid="attempts">
          {end === null ? null : (
            <li className="attempt">
              {end}
              {row.doneAt === null ? null : (
                <span className="details-more dim numbers">{formatMoment(row.doneAt)}</span>
              )}
            </li>
          )}
          {shown.map((attempt, index) => (
            // Two may have ended in the same millisecond.
            <li className="attempt" key={attempts.length - index}>
              {attemptSentence(attempt)}
              <span className="details-more dim numbers">
                {attemptFacts(attempt, index === 0).map((fact, place) => (
                  <Fragment key={fact}>
                    {place === 0 ? null : ' · '}
                    <span className="unbroken">{fact}</span>
                  </Fragment>
                ))}
              </span>
            </li>
          ))}
        </ol>
        {more <= 0 ? null : (
          <Button
            className="link"
            onPress={() => {
              setAll(!all);
            }}
            aria-expanded={all}
            data-testid="attempts-more"
          >
            {all ? attemptText.fewer : say('attempt.more', { count: more })}
          </Button>
        )}
      </dd>
    </div>
  );
}
