/**
 * What follows when the queue's database fails in the middle of work.
 *
 * [Note: A full disk is a rest] To die and start again helps against neither a full disk nor a damaged file: the next
 * write fails as this one did. So work ends, the rows stay as SQLite has them, and the window says why. A disk gets
 * room again without anybody telling us, so a small write is tried now and then; a damaged file needs a person.
 */
import type { Problem } from '../../preload/contract/model.ts';
import type { Clock } from '../lib/clock.ts';
import type { EngineControl } from '../lib/engine-protocol.ts';
import { errorCode } from '../lib/log.ts';
import { ProblemError, type Handlers } from '../lib/rpc.ts';
import { codeOf } from '../queue/database.ts';

export const retryIntervalMs = 30_000;

export interface DatabaseTrouble {
  /**
   * Takes what some work threw. When the database is the cause, work rests and its problem is returned; null for any
   * other error, which stays the caller's.
   */
  meet(error: unknown): Problem | null;
  /** Why work rests; null while it does not. */
  problem(): Problem | null;
  /** Tries nothing any more. */
  stop(): void;
}

export interface DatabaseTroubleDeps {
  clock: Clock;
  /** Ends all work with the database. */
  rest: () => void;
  /** Writes something, and takes work up again; rejects when that does not succeed. */
  recover: () => Promise<void>;
  /** null when work goes on. */
  onProblem: (problem: Problem | null) => void;
}

export function createDatabaseTrouble({
  clock,
  rest,
  recover,
  onProblem,
}: DatabaseTroubleDeps): DatabaseTrouble {
  let problem: Problem | null = null;
  let callOff: (() => void) | null = null;
  let stopped = false;

  const set = (next: Problem | null): void => {
    const told = problem?.code;
    problem = next;
    if (told !== next?.code) onProblem(next);
    if (next?.code !== 'database_full' || stopped) return;
    callOff?.();
    callOff = clock.after(retryIntervalMs, () => void tryAgain());
  };
  const tryAgain = async (): Promise<void> => {
    try {
      await recover();
      set(null);
    } catch (error) {
      const found = problemIn(error);
      if (found === null) throw error;
      set(found);
    }
  };
  return {
    meet: (error) => {
      const found = problemIn(error);
      if (found !== null && problem === null && !stopped) {
        rest();
        set(found);
      }
      return found;
    },
    problem: () => problem,
    stop: () => {
      stopped = true;
      callOff?.();
    },
  };
}

function problemIn(error: unknown): Problem | null {
  if (error instanceof ProblemError) {
    const { code } = error.problem;
    return code === 'database_full' || code === 'database_damaged' ? error.problem : null;
  }
  const code = codeOf(error);
  return code === 'internal' ? null : { code, detail: errorCode(error) };
}

/** The same handlers; where the database is at fault, its problem is the answer, and work rests. */
export function tellingTrouble(
  handlers: Handlers<EngineControl>,
  { meet }: Pick<DatabaseTrouble, 'meet'>,
): Handlers<EngineControl> {
  const refuse = (error: unknown): never => {
    const problem = meet(error);
    throw problem === null ? error : new ProblemError(problem);
  };
  const wrap =
    (handler: (...args: unknown[]) => unknown) =>
    (...args: unknown[]): unknown => {
      try {
        const answer = handler(...args);
        return answer instanceof Promise ? answer.catch(refuse) : answer;
      } catch (error) {
        return refuse(error);
      }
    };
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [name, wrap(handler as never)]),
  ) as unknown as Handlers<EngineControl>;
}
