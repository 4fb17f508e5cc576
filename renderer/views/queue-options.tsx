/** What can be set for the whole queue: how fast it may be, and its end. */
import { useState, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog, Heading } from 'react-aria-components/Dialog';
import {
  Header as MenuHeader,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
} from 'react-aria-components/Menu';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import type { Summary } from '../../preload/contract/model.ts';
import { entryAt } from '../../preload/contract/timetable.ts';
import { useNow } from '../state/clock.ts';
import { useServices } from '../state/services.ts';
import { useStore } from '../state/store.ts';
import { limitText, remainingCount } from '../text/summary.ts';
import { speedChoices, timetableText } from '../text/settings.ts';
import { queueText } from '../text/window.ts';
import { CheckIcon, CloseIcon, HistoryIcon, OptionsIcon } from './parts/icons.tsx';

/** The menu beside the brake. */
export function QueueOptions({ summary }: { summary: Summary }): ReactElement {
  const { act, settings, clock } = useServices();
  const [asking, setAsking] = useState(false);
  const current = useStore(settings);
  const chosen = current?.bytesPerSecond ?? null;
  const timetable = current?.timetable ?? [];
  const now = useNow(clock, timetable.length > 0);
  const hours = entryAt(timetable, new Date(now));
  const choices = speedChoices(chosen);
  return (
    <>
      <MenuTrigger>
        <Button className="button button-icon" aria-label={queueText.options} data-testid="queue-options">
          <OptionsIcon />
        </Button>
        <Popover className="popover" placement="bottom end">
          <Menu className="menu" aria-label={queueText.options}>
            <MenuSection
              selectionMode="single"
              selectedKeys={[String(chosen)]}
              disallowEmptySelection
              aria-label={queueText.speedLimit}
            >
              <MenuHeader className="menu-header">
                {queueText.speedLimit}
                {hours === null ? null : (
                  <span className="menu-header-more">{timetableText(hours.bytesPerSecond)}</span>
                )}
              </MenuHeader>
              {choices.map((bytesPerSecond) => (
                <MenuItem
                  key={String(bytesPerSecond)}
                  id={String(bytesPerSecond)}
                  className="menu-item"
                  textValue={limitText(bytesPerSecond)}
                  onAction={() => void act('settings.change', { bytesPerSecond })}
                >
                  {({ isSelected }) => (
                    <>
                      <span className="menu-mark">{isSelected ? <CheckIcon /> : null}</span>
                      {limitText(bytesPerSecond)}
                    </>
                  )}
                </MenuItem>
              ))}
            </MenuSection>
            <MenuItem
              className="menu-item"
              isDisabled={summary.done.count === 0}
              onAction={() => void act('queue.archive')}
            >
              <HistoryIcon />
              {queueText.archive}
            </MenuItem>
            <MenuItem
              className="menu-item"
              isDisabled={remainingCount(summary) + summary.attention.count === 0}
              onAction={() => {
                setAsking(true);
              }}
            >
              <CloseIcon />
              {queueText.cancelAll}
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      <ModalOverlay className="modal-overlay" isOpen={asking} onOpenChange={setAsking} isDismissable>
        <Modal className="modal">
          <Dialog role="alertdialog" className="dialog" data-testid="cancel-all">
            <Heading slot="title" className="dialog-title">
              {queueText.cancelAllTitle}
            </Heading>
            <p>{queueText.cancelAllBody}</p>
            <div className="dialog-actions">
              <Button className="button" slot="close">
                {queueText.cancelAllNo}
              </Button>
              <Button
                className="button button-primary"
                onPress={() => {
                  setAsking(false);
                  void act('queue.cancelAll');
                }}
                data-testid="cancel-all-yes"
              >
                {queueText.cancelAllYes}
              </Button>
            </div>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  );
}
