import { useEffect, useState, type ReactElement } from 'react';
import type { AppInfo, Licence } from '../../../preload/contract/model.ts';
import { useServices } from '../../state/services.ts';
import { licencesText, settingsText, versionsText, versionText } from '../../text/settings.ts';
import { appText } from '../../text/window.ts';
import { Mark } from '../parts/icons.tsx';

/** What this is, in which version, and whose work is in it. */
export function AboutSection(): ReactElement {
  const { client } = useServices();
  const [info, setInfo] = useState<AppInfo | null>(null);
  const [licences, setLicences] = useState<Licence[] | null>(null);
  useEffect(() => {
    let gone = false;
    void client.ask('app.info').then((reply) => {
      if (!gone && reply.ok) setInfo(reply.value);
    });
    void client.ask('app.licences').then((reply) => {
      if (!gone && reply.ok) setLicences(reply.value);
    });
    return () => {
      gone = true;
    };
  }, [client]);
  return (
    <>
      <div className="about-head">
        <Mark size={56} />
        <div>
          <p className="about-name">{appText.name}</p>
          <p className="selectable numbers" data-testid="about-version">
            {info === null ? '' : versionText(info)}
          </p>
          <p className="setting-hint selectable numbers">{info === null ? '' : versionsText(info)}</p>
        </div>
      </div>
      <p className="dim">{appText.promise}</p>
      <h3 className="about-title">{settingsText.licences}</h3>
      {licences === null ? null : (
        <>
          <p className="setting-hint">
            {licences.length === 0 ? settingsText.licencesNone : licencesText(licences.length)}
          </p>
          <ul className="licences" data-testid="licences">
            {licences.map(({ name, version, licence, text }) => (
              <li key={`${name}@${version}`}>
                <details className="licence">
                  <summary>
                    <span className="licence-name">{name}</span>{' '}
                    <span className="dim numbers">{version}</span>
                    <span className="licence-kind dim">{licence}</span>
                  </summary>
                  <pre className="licence-text">{text}</pre>
                </details>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
