/** The last line of defence: a view that broke shows this, and never an exception. */
import { Component, type ErrorInfo, type ReactElement, type ReactNode } from 'react';
import { fatalText } from '../text/window.ts';
import { Mark } from './parts/icons.tsx';

interface FatalProps {
  body?: string;
  /** Starts the window over; without it there is nothing to press. */
  onReload?: () => void;
}

/** Says that the window stopped and offers to start it over. Plain HTML, so that little can break here too. */
export function FatalView({ body = fatalText.body, onReload }: FatalProps): ReactElement {
  return (
    <main className="stage" data-testid="view-fatal">
      <Mark size={56} />
      <h1>{fatalText.title}</h1>
      <p className="lead" role="alert">
        {body}
      </p>
      {onReload === undefined ? null : (
        <button className="button button-primary" type="button" onClick={onReload}>
          {fatalText.reload}
        </button>
      )}
    </main>
  );
}

interface BoundaryProps {
  children: ReactNode;
  onReload: () => void;
}
interface BoundaryState {
  broken: boolean;
}

/** Catches what a component below throws while it is drawn. */
export class ErrorBoundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { broken: false };

  static getDerivedStateFromError(): BoundaryState {
    return { broken: true };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error('A view broke', error, info.componentStack);
  }

  override render(): ReactNode {
    return this.state.broken ? <FatalView onReload={this.props.onReload} /> : this.props.children;
  }
}
