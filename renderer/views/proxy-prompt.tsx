/** The network's proxy wants a user name and a password: asked over whatever is shown, and left open in a banner. */
import { useEffect, useRef, useState, type FormEvent, type ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog, Heading } from 'react-aria-components/Dialog';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Input, Label, TextField } from 'react-aria-components/TextField';
import type { ProxyQuestion } from '../../preload/contract/model.ts';
import { useServices } from '../state/services.ts';
import { useStore } from '../state/store.ts';
import { proxyQuestionText, proxyText } from '../text/window.ts';
import { AlertIcon, KeyIcon } from './parts/icons.tsx';

/** Shows the question while there is one; put aside, it is a banner from which it can be opened again. */
export function ProxyPrompt(): ReactElement | null {
  const { proxy } = useServices();
  const question = useStore(proxy);
  const [putAside, setPutAside] = useState<ProxyQuestion | null>(null);
  if (question === null) return null;
  const open = putAside !== question;
  return (
    <>
      <div className="banner" data-tone="warn" role="alert" data-testid="proxy-banner">
        <KeyIcon />
        <p className="banner-text">{proxyQuestionText(question)}</p>
        <Button
          className="button button-primary"
          onPress={() => {
            setPutAside(null);
          }}
          data-testid="proxy-open"
        >
          {proxyText.open}
        </Button>
      </div>
      <ModalOverlay
        className="modal-overlay"
        isOpen={open}
        onOpenChange={(isOpen) => {
          setPutAside(isOpen ? null : question);
        }}
      >
        <Modal className="modal">
          <Dialog className="dialog" data-testid="proxy-dialog">
            {({ close }) => <ProxyForm question={question} close={close} />}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  );
}

function ProxyForm({ question, close }: { question: ProxyQuestion; close: () => void }): ReactElement {
  const { act } = useServices();
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => {
    first.current?.focus();
  }, []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (busy || user === '') return;
    setBusy(true);
    void act('proxy.answer', user, password).then(() => {
      setBusy(false);
      setPassword('');
    });
  };
  return (
    <form className="form" onSubmit={submit}>
      <Heading slot="title" className="dialog-title">
        {proxyText.title}
      </Heading>
      <p className="dim">{proxyQuestionText(question)}</p>
      {question.wrong && !busy ? (
        <div className="note note-problem" role="alert" data-testid="proxy-wrong">
          <AlertIcon size={20} />
          <p className="note-body">{proxyText.wrong}</p>
        </div>
      ) : null}
      <TextField className="field" value={user} onChange={setUser} isRequired validationBehavior="aria">
        <Label>{proxyText.user}</Label>
        <Input ref={first} className="input" spellCheck="false" autoComplete="off" data-testid="proxy-user" />
      </TextField>
      <TextField className="field" type="password" value={password} onChange={setPassword}>
        <Label>{proxyText.password}</Label>
        <Input className="input" autoComplete="off" data-testid="proxy-password" />
      </TextField>
      <div className="dialog-actions">
        <Button className="button" onPress={close} data-testid="proxy-cancel">
          {proxyText.cancel}
        </Button>
        <Button
          className="button button-primary"
          type="submit"
          isPending={busy}
          isDisabled={user === ''}
          data-testid="proxy-submit"
        >
          {busy ? proxyText.trying : proxyText.submit}
        </Button>
      </div>
    </form>
  );
}
