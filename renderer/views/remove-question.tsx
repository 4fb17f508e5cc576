import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog, Heading } from 'react-aria-components/Dialog';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import type { UserView } from '../../preload/contract/model.ts';
import { unfinishedOf, useOwners } from '../state/owners.ts';
import { accountText, nameOf, removeText, removeTitle } from '../text/accounts.ts';

interface RemoveQuestionProps {
  /** Whose queue; null while nothing is asked. */
  user: UserView | null;
  /** It is the account at the window, which is signed out with it. */
  here: boolean;
  onClose: () => void;
  onYes: () => void;
}

/** Asks before an account's queue goes. */
export function RemoveQuestion({ user, here, onClose, onYes }: RemoveQuestionProps): ReactElement {
  return (
    <ModalOverlay
      className="modal-overlay"
      isOpen={user !== null}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
      isDismissable
    >
      <Modal className="modal">
        {user === null ? null : (
          <Dialog role="alertdialog" className="dialog" data-testid="remove-account">
            <Heading slot="title" className="dialog-title">
              {removeTitle(nameOf(user), here)}
            </Heading>
            <Consequences user={user} />
            <div className="dialog-actions">
              <Button className="button" slot="close">
                {accountText.keep}
              </Button>
              <Button
                className="button button-primary"
                onPress={() => {
                  onClose();
                  onYes();
                }}
                data-testid="remove-account-yes"
              >
                {here ? accountText.yesHere : accountText.yes}
              </Button>
            </div>
          </Dialog>
        )}
      </Modal>
    </ModalOverlay>
  );
}

function Consequences({ user }: { user: UserView }): ReactElement {
  const owners = useOwners();
  return <p>{removeText(unfinishedOf(owners, user.sub))}</p>;
}
