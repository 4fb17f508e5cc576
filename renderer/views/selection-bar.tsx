/**
 * What can be done to all that is selected. It stands below the list also while nothing is: if it came with the first
 * click, the second one of a double click would hit it.
 */
import { memo, type ReactElement, type ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog, Heading } from 'react-aria-components/Dialog';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Toolbar } from 'react-aria-components/Toolbar';
import type { SelectionStore } from '../state/selection.ts';
import { useStore } from '../state/store.ts';
import { countPhotos } from '../text/format.ts';
import { language } from '../text/language.ts';
import { selectionText, removalTexts, selectedText } from '../text/selection.ts';
import { CloseIcon, FirstIcon, PauseIcon, PlayIcon, RetryIcon } from './parts/icons.tsx';

export const SelectionBar = memo(function SelectionBar({
  selection,
  total,
  onAll,
  onRemove,
}: {
  selection: SelectionStore;
  /** Rows of the list. */
  total: number;
  onAll: () => void;
  onRemove: () => void;
}): ReactElement {
  useStore(language);
  const selected = useStore(selection);
  if (selected.count === 0) {
    return (
      <Toolbar className="selection-bar" aria-label={selectionText.actions} data-testid="selection">
        <span className="selection-count numbers dim">{countPhotos(total)}</span>
        <Button className="button button-quiet" onPress={onAll} data-testid="select-all">
          {selectionText.all}
        </Button>
      </Toolbar>
    );
  }
  return (
    <Toolbar
      className="selection-bar"
      aria-label={selectionText.actions}
      data-some="true"
      data-testid="selection"
    >
      <output className="selection-count numbers" data-testid="selected">
        {selectedText(selected)}
      </output>
      <Action
        name="hold"
        text={selectionText.hold}
        enabled={selected.going > 0}
        icon={<PauseIcon />}
        act={() => void selection.act('hold')}
      />
      <Action
        name="release"
        text={selectionText.release}
        enabled={selected.held > 0}
        icon={<PlayIcon />}
        act={() => void selection.act('release')}
      />
      <Action
        name="prioritise"
        text={selectionText.first}
        enabled={selected.going > 0}
        icon={<FirstIcon />}
        act={() => void selection.act('prioritise')}
      />
      <Action
        name="retry"
        text={selectionText.retry}
        enabled={selected.retriable > 0}
        icon={<RetryIcon />}
        act={() => void selection.act('retry')}
      />
      <Action name="remove" text={selectionText.remove} enabled icon={<CloseIcon />} act={onRemove} />
      <Button
        className="button button-quiet selection-clear"
        onPress={() => void selection.change({ kind: 'none' })}
        data-testid="select-none"
      >
        {selectionText.none}
      </Button>
    </Toolbar>
  );
});

function Action({
  name,
  text,
  enabled,
  icon,
  act,
}: {
  name: string;
  text: string;
  enabled: boolean;
  icon: ReactNode;
  act: () => void;
}): ReactElement {
  return (
    <Button
      className="button"
      isDisabled={!enabled}
      aria-label={text}
      onPress={act}
      data-testid={`selected-${name}`}
    >
      {icon}
      <span className="narrow-hidden">{text}</span>
    </Button>
  );
}

/** Asks before rows go, with what it means for each kind of them. */
export const RemovalQuestion = memo(function RemovalQuestion({
  selection,
  isOpen,
  onOpenChange,
}: {
  selection: SelectionStore;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}): ReactElement {
  useStore(language);
  const selected = useStore(selection);
  const [title, ...sentences] = removalTexts(selected);
  return (
    <ModalOverlay className="modal-overlay" isOpen={isOpen} onOpenChange={onOpenChange} isDismissable>
      <Modal className="modal">
        <Dialog role="alertdialog" className="dialog" data-testid="removal">
          <Heading slot="title" className="dialog-title">
            {title}
          </Heading>
          {sentences.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
          <div className="dialog-actions">
            <Button className="button" slot="close">
              {selectionText.keep}
            </Button>
            <Button
              className="button button-primary"
              onPress={() => {
                onOpenChange(false);
                void selection.act('remove');
              }}
              data-testid="removal-yes"
            >
              {selectionText.removeYes}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
});
