import type { ReactElement } from 'react';
import { Button } from 'react-aria-components/Button';
import { assertNever } from '../../assert-never.ts';
import type { NoticeContent } from '../../state/notices.ts';
import { useServices } from '../../state/services.ts';
import { useStore } from '../../state/store.ts';
import { noticeText, notFoundText } from '../../text/settings.ts';
import { appText, dropText, pasteText } from '../../text/window.ts';
import { AlertIcon, CloseIcon } from './icons.tsx';
import { ProblemWords } from './problem-note.tsx';

/** What an action that did not work out has to say, at the bottom of the window. */
export function NoticeList(): ReactElement {
  const { notices } = useServices();
  return (
    // Also while a dialog is open, which hides all else from a screen reader.
    <div className="notices" role="alert" data-react-aria-top-layer data-testid="notices">
      {useStore(notices).map((notice) => (
        <div className="notice" key={notice.id} data-testid="notice">
          <AlertIcon size={20} />
          <div className="note-body">
            <NoticeWords content={notice.content} />
          </div>
          <Button
            className="button button-icon"
            aria-label={appText.dismiss}
            onPress={() => {
              notices.dismiss(notice.id);
            }}
          >
            <CloseIcon />
          </Button>
        </div>
      ))}
    </div>
  );
}

function NoticeWords({ content }: { content: NoticeContent }): ReactElement {
  switch (content.kind) {
    case 'problem':
      return <ProblemWords problem={content} />;
    case 'dropped-other':
      return (
        <p>
          <strong>{dropText.other}.</strong> {dropText.otherHint}
        </p>
      );
    case 'pasted-other':
      return (
        <p>
          <strong>{pasteText.other}</strong> {pasteText.otherHint}
        </p>
      );
    case 'dropped-signed-out':
      return (
        <p>
          <strong>{dropText.notSignedIn}.</strong> {dropText.notSignedInHint}
        </p>
      );
    case 'pasted-signed-out':
      return (
        <p>
          <strong>{dropText.notSignedIn}.</strong> {pasteText.notSignedInHint}
        </p>
      );
    case 'not-found':
      return (
        <p>
          <strong>{notFoundText(content)}</strong> {noticeText.notFoundNext}
        </p>
      );
    default:
      return assertNever(content);
  }
}
