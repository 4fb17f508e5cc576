/** What became of the last drop: one line, and the skipped files by name for whoever opens it. */
import { useState, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import type { IntakeReport } from '../../preload/contract/model.ts';
import { useServices } from '../state/services.ts';
import { intakeText, moreSkippedText, skipText, splitPath } from '../text/intake.ts';
import { appText, bannerText } from '../text/window.ts';
import { ChevronIcon, CloseIcon, InfoIcon } from './parts/icons.tsx';
import { Spinner } from './parts/spinner.tsx';

/** A report, until it is dismissed; the next drop brings the next one. */
export function IntakeBanner({ report }: { report: IntakeReport }): ReactElement | null {
  const [dismissedId, setDismissedId] = useState<number | null>(null);
  if (dismissedId === report.id) return null;
  return (
    <IntakeLine
      key={report.id}
      report={report}
      onDismiss={() => {
        setDismissedId(report.id);
      }}
    />
  );
}

function IntakeLine({ report, onDismiss }: { report: IntakeReport; onDismiss: () => void }): ReactElement {
  const { act } = useServices();
  const [open, setOpen] = useState(false);
  const more = moreSkippedText(report);
  const hasList = !report.running && report.examples.length > 0;
  return (
    <Disclosure
      className="banner banner-intake"
      data-tone="quiet"
      isExpanded={open && hasList}
      onExpandedChange={setOpen}
      data-testid="intake-report"
      data-running={report.running}
      data-queued={report.queued}
    >
      <div className="banner-line">
        {report.running ? <Spinner /> : <InfoIcon />}
        <output className="banner-text numbers">{intakeText(report)}</output>
        {hasList ? (
          <Button slot="trigger" className="button button-quiet" data-testid="intake-details">
            {open ? bannerText.hideSkipped : bannerText.showSkipped}
            <span className="chevron" data-open={open}>
              <ChevronIcon />
            </span>
          </Button>
        ) : null}
        {hasList ? (
          <Button
            className="button button-quiet"
            slot={null}
            onPress={() => void act('intake.saveReport')}
            data-testid="save-skipped"
          >
            {bannerText.saveSkipped}
          </Button>
        ) : null}
        {report.running ? null : (
          <Button className="button button-icon" slot={null} aria-label={appText.dismiss} onPress={onDismiss}>
            <CloseIcon />
          </Button>
        )}
      </div>
      <DisclosurePanel className="skipped">
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, also by keyboard */}
        <ul className="skipped-list" tabIndex={0} aria-label={bannerText.skippedFiles}>
          {report.examples.map((example, index) => {
            const { name, folder } = splitPath(example.path);
            return (
              // A path can be skipped twice in one drop, so only its place tells two entries apart.
              <li className="skipped-item" key={index} data-reason={example.reason}>
                <span className="skipped-name" title={example.path}>
                  {name} <span className="dim">{folder}</span>
                </span>
                <span className="skipped-why">{skipText(example.reason)}</span>
              </li>
            );
          })}
          {more === null ? null : <li className="dim">{more}</li>}
        </ul>
      </DisclosurePanel>
    </Disclosure>
  );
}
