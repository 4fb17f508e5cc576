import { useEffect, useState, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import type { DataPlace } from '../../../preload/contract/model.ts';
import { languageChoices, themes } from '../../../preload/contract/settings.ts';
import { useServices } from '../../state/services.ts';
import { dataText, languageText, settingsText, themeText } from '../../text/settings.ts';
import type { SectionProps } from '../settings.tsx';
import { Choice, Toggle } from './controls.tsx';

/** How Tintype looks and speaks, and when it runs. */
export function GeneralSection({ settings, change }: SectionProps): ReactElement {
  return (
    <>
      <Choice
        label={settingsText.theme}
        choices={themes.map((theme) => [theme, themeText(theme)])}
        chosen={settings.theme}
        onChoose={(id) => {
          change({ theme: themes.find((theme) => theme === id) ?? 'system' });
        }}
        testId="setting-theme"
      />
      <Choice
        label={settingsText.language}
        choices={languageChoices.map((choice) => [choice, languageText(choice)])}
        chosen={settings.language}
        onChoose={(id) => {
          change({ language: languageChoices.find((choice) => choice === id) ?? 'system' });
        }}
        testId="setting-language"
      />
      <Toggle
        label={settingsText.startAtLogin}
        hint={settingsText.startAtLoginHint}
        on={settings.startAtLogin}
        onChange={(startAtLogin) => change({ startAtLogin })}
        testId="setting-start-at-login"
      />
      <Toggle
        label={settingsText.keepInTray}
        hint={settingsText.keepInTrayHint}
        on={settings.keepInTray}
        onChange={(keepInTray) => change({ keepInTray })}
        testId="setting-keep-in-tray"
      />
      <Toggle
        label={settingsText.notifications}
        hint={settingsText.notificationsHint}
        on={settings.notifications}
        onChange={(notifications) => change({ notifications })}
        testId="setting-notifications"
      />
      <Toggle
        label={settingsText.askBeforeQuit}
        on={settings.askBeforeQuit}
        onChange={(askBeforeQuit) => change({ askBeforeQuit })}
        testId="setting-ask-before-quit"
      />
      <DataLine />
    </>
  );
}

function DataLine(): ReactElement {
  const { client, act } = useServices();
  const [data, setData] = useState<DataPlace | null>(null);
  useEffect(() => {
    let gone = false;
    void client.ask('app.data').then((reply) => {
      if (!gone && reply.ok) setData(reply.value);
    });
    return () => {
      gone = true;
    };
  }, [client]);
  return (
    <div className="setting">
      <div className="setting-words">
        <span>{settingsText.data}</span>
        <span className="setting-hint selectable" data-testid="data-folder">
          {data?.folder ?? '…'}
        </span>
        <span className="setting-hint numbers">{data === null ? '' : dataText(data)}</span>
      </div>
      <Button className="button" onPress={() => void act('app.showData')} data-testid="show-data">
        {settingsText.showData}
      </Button>
    </div>
  );
}
