/**
 * The stages of one owner's queue, and the rows that go from one to the next.
 *
 * [Note: Handed on] To put a row back into the queue after each step, and to take it out for the next, costs a small
 * photo more than its hash. So a row stays active and goes on where its next stage has room; only what is too much
 * for that stage waits in the queue. Nothing is promised by it: a crash gives back what was handed on like all else.
 */
import type { Step } from '../../preload/contract/model.ts';
import type { Clock } from '../lib/clock.ts';
import { partSizeFor } from '../lib/part-size.ts';
import type { Lane, Photo, PhotoQueue } from '../queue/photo-queue.ts';
import { createStage, type Stage } from './stage.ts';

/** Who has to answer for a stage's work; null for work on this computer's files alone. */
export type Service = 'backend' | 'store' | null;

export interface StageOptions {
  lane: Lane;
  /** Rows in one piece of work: a request of the backend, or one file. */
  together: boolean;
  /** Rows under way at most; more are claimed once only `low` are left, so that a claim is worth its while. */
  rows: () => number;
  low: () => number;
  /** Rows of one claim at most. */
  most?: number;
  /** What may stand before the stage beside that, handed on from the one before. */
  ahead?: { rows: number; bytes: () => number };
  /** @param toSend rows that are being sent or stand before that. */
  lingerMs: (toSend: number) => number;
  service: Service;
  /** Does the work and records its outcome. */
  run: (photos: Photo[]) => Promise<void>;
}

export interface PipelineDeps {
  owner: string;
  queue: Pick<PhotoQueue, 'claim' | 'nextDueAt'>;
  clock: Clock;
  /** How many rows this service may work on at once. */
  allows: (service: Exclude<Service, null>) => number;
  /** false = paused. */
  mayRun: (service: Service) => boolean;
  onFailure: (error: unknown) => void;
}

export interface Pipeline {
  /** These steps, or all, may have got something to do, or room, or permission. */
  wake(...steps: readonly Step[]): void;
  /** Whether the stage of this step goes on with one more row of so many bytes; then it is to be handed on. */
  takes(step: Step, size: number): boolean;
  /** Rows for which `takes` was answered with true, active at their next step. */
  hand(photos: readonly Photo[]): void;
  /** Of what was handed on and is not begun, these leave the pipeline; of themselves those that may not run now. */
  giveBack(which?: (photo: Photo) => boolean): Photo[];
  /** Claims nothing more; resolves when what runs has ended. */
  stop(): Promise<void>;
}

interface Line {
  options: StageOptions;
  stage: Stage;
  handed: Photo[];
  /** Rows of which the work has begun. */
  inFlight: number;
  /** Taken by `takes` and not handed on yet. */
  promised: { rows: number; bytes: number };
  /** Rows of this step may wait in the queue: whatever came after them must not overtake them. */
  backlog: boolean;
}

/** @param stages of each step, with those for large files where they have a lane of their own. */
export function createPipeline(
  deps: PipelineDeps,
  stages: Readonly<Record<Step, readonly StageOptions[]>>,
): Pipeline {
  const { owner, queue, clock, mayRun, onFailure } = deps;
  const allowed = (service: Service): number => (service === null ? Infinity : deps.allows(service));

  const createLine = (step: Step, options: StageOptions): Line => {
    const { lane, service } = options;
    const stage = createStage<Photo>({
      clock,
      lingerMs: () => options.lingerMs(toSend()),
      together: options.together,
      onFailure,
      room: () => {
        if (allowed(service) < Infinity) return allowed(service) - line.inFlight;
        return line.inFlight <= options.low() ? options.rows() - line.inFlight : 0;
      },
      claim: (room) => {
        const limit = Math.min(room, options.most ?? room);
        const photos = line.handed.splice(0, limit);
        if (photos.length === limit) return photos;
        const claimed = queue.claim(owner, step, limit - photos.length, lane);
        line.backlog = claimed.length === limit - photos.length;
        return [...photos, ...claimed];
      },
      nextDueAt: () => queue.nextDueAt(owner, step, lane),
      mayRun: () => mayRun(service),
      run: async (photos) => {
        line.inFlight += photos.length;
        try {
          await options.run(photos);
        } finally {
          line.inFlight -= photos.length;
        }
      },
    });
    const line: Line = {
      options,
      stage,
      handed: [],
      inFlight: 0,
      promised: { rows: 0, bytes: 0 },
      backlog: true,
    };
    return line;
  };
  const toSend = (): number =>
    (lines.get('sending') ?? []).reduce((sum, { handed, inFlight }) => sum + handed.length + inFlight, 0);
  const entries = (Object.keys(stages) as Step[]).map(
    (step) => [step, stages[step].map((options) => createLine(step, options))] as const,
  );
  const lines = new Map<Step, readonly Line[]>(entries);
  const all = entries.flatMap(([, some]) => some);

  const lineFor = (step: Step, size: number): Line | undefined => {
    const lane: Lane = partSizeFor(size) === null ? 'small' : 'large';
    const some = lines.get(step) ?? [];
    return some.find(({ options }) => options.lane === lane) ?? some[0];
  };

  return {
    wake: (...steps) => {
      for (const { stage } of steps.length > 0 ? steps.flatMap((step) => lines.get(step) ?? []) : all)
        stage.wake();
    },
    takes: (step, size) => {
      const line = lineFor(step, size);
      if (line?.options.ahead === undefined || line.backlog) return false;
      const { handed, promised } = line;
      const { ahead, service } = line.options;
      const taken =
        mayRun(service) &&
        allowed(service) === Infinity &&
        handed.length + promised.rows < ahead.rows &&
        handed.reduce((sum, photo) => sum + photo.stat.size, promised.bytes) < ahead.bytes();
      if (taken) {
        promised.rows++;
        promised.bytes += size;
      } else line.backlog = true;
      return taken;
    },
    hand: (photos) => {
      for (const line of all) line.promised = { rows: 0, bytes: 0 };
      for (const photo of photos) {
        const line = lineFor(photo.step, photo.stat.size);
        line?.handed.push(photo);
        line?.stage.wake();
      }
    },
    giveBack: (which) => {
      const given: Photo[] = [];
      for (const line of all) {
        const { service } = line.options;
        const halted = !mayRun(service) || allowed(service) < Infinity;
        const leaves = (photo: Photo): boolean => which?.(photo) ?? halted;
        const left = line.handed.filter(leaves);
        if (left.length === 0) continue;
        given.push(...left);
        line.handed = line.handed.filter((photo) => !leaves(photo));
        line.backlog = true;
      }
      return given;
    },
    stop: async () => {
      await Promise.all(all.map(({ stage }) => stage.stop()));
    },
  };
}
