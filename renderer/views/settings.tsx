/** The settings, over whatever is shown: Ctrl+, or Cmd+, opens them, as do menu, tray and account menu. */
import { useEffect, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog, Heading } from 'react-aria-components/Dialog';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components/Tabs';
import { settingsSections, type SettingsSection } from '../../preload/contract/model.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import { assertNever } from '../assert-never.ts';
import { useServices } from '../state/services.ts';
import { useStore } from '../state/store.ts';
import { sectionText, settingsText } from '../text/settings.ts';
import { CloseIcon } from './parts/icons.tsx';
import { AboutSection } from './settings/about.tsx';
import { AccountSection } from './settings/account.tsx';
import { GeneralSection } from './settings/general.tsx';
import { UploadsSection } from './settings/uploads.tsx';

/** What a section shows and how it changes it. */
export interface SectionProps {
  settings: Settings;
  change: (changes: Partial<Settings>) => void;
}

export function SettingsView(): ReactElement {
  const { settings, settingsSection, act } = useServices();
  const section = useStore(settingsSection);
  const current = useStore(settings);
  useEffect(() => {
    const open = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key !== ',') return;
      event.preventDefault();
      settingsSection.set(settingsSection.get() ?? 'general');
    };
    document.addEventListener('keydown', open);
    return () => {
      document.removeEventListener('keydown', open);
    };
  }, [settingsSection]);
  return (
    <ModalOverlay
      className="modal-overlay"
      isOpen={section !== null && current !== null}
      onOpenChange={(isOpen) => {
        if (!isOpen) settingsSection.set(null);
      }}
      isDismissable
    >
      <Modal className="modal modal-wide">
        <Dialog className="settings" data-testid="settings">
          <div className="settings-head">
            <Heading slot="title" className="settings-title">
              {settingsText.title}
            </Heading>
            <Button
              className="button button-icon"
              slot="close"
              aria-label={settingsText.close}
              data-testid="settings-close"
            >
              <CloseIcon />
            </Button>
          </div>
          {section === null || current === null ? null : (
            <Tabs
              className="settings-body"
              orientation="vertical"
              selectedKey={section}
              onSelectionChange={(key) => {
                settingsSection.set(settingsSections.find((known) => known === key) ?? 'general');
              }}
            >
              <TabList className="settings-tabs" aria-label={settingsText.sections}>
                {settingsSections.map((name) => (
                  <Tab key={name} id={name} className="tab" data-testid={`settings-${name}`}>
                    {sectionText(name)}
                  </Tab>
                ))}
              </TabList>
              <TabPanel key={section} id={section} className="settings-panel">
                <Section
                  name={section}
                  settings={current}
                  change={(changes) => void act('settings.change', changes)}
                />
              </TabPanel>
            </Tabs>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Section({ name, ...props }: SectionProps & { name: SettingsSection }): ReactElement {
  switch (name) {
    case 'general':
      return <GeneralSection {...props} />;
    case 'uploads':
      return <UploadsSection {...props} />;
    case 'account':
      return <AccountSection />;
    case 'about':
      return <AboutSection />;
    default:
      return assertNever(name);
  }
}
