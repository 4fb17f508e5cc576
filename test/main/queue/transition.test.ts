import { describe, expect, it } from 'vitest';
import {
  IllegalTransition,
  transition,
  type RowCore,
  type RowEvent,
} from '../../../main/queue/transition.ts';

const waiting: RowCore = {
  status: 'waiting',
  step: 'sending',
  reason: 'ready',
  nextTryAt: 7,
  attempts: 2,
  strikes: 1,
};
const active: RowCore = { ...waiting, status: 'active', reason: '', nextTryAt: 0 };
const blocked: RowCore = { ...active, status: 'blocked', reason: 'missing' };
const done: RowCore = { ...active, status: 'done' };

describe('transition', () => {
  it('takes a waiting row to work and keeps its step', () => {
    expect(transition(waiting, { type: 'claimed' })).toEqual(active);
  });

  it('advances to the next step and forgets the failed tries of the last one, but not the strikes', () => {
    expect(transition(active, { type: 'advanced', to: 'confirming' })).toEqual({
      status: 'waiting',
      step: 'confirming',
      reason: 'ready',
      nextTryAt: 0,
      attempts: 0,
      strikes: 1,
    });
  });

  it('hands a row on to its next step as it is, with the failed tries of the last one forgotten', () => {
    expect(transition({ ...active, attempts: 2 }, { type: 'handed', to: 'confirming' })).toEqual({
      ...active,
      step: 'confirming',
      attempts: 0,
    });
    expect(() => transition(waiting, { type: 'handed', to: 'confirming' })).toThrow(IllegalTransition);
  });

  it('counts a failure as an attempt only when it is one', () => {
    const event = { type: 'failed', reason: 'network', nextTryAt: 99, penalty: true } as const;
    expect(transition(active, event)).toMatchObject({
      status: 'waiting',
      step: 'sending',
      nextTryAt: 99,
      attempts: 3,
    });
    expect(transition(active, { ...event, penalty: false })).toMatchObject({ attempts: 2 });
  });

  it('starts over from inspection when the file or the bytes were wrong', () => {
    const event = { type: 'restarted', reason: 'file_changed', nextTryAt: 5, strike: false } as const;
    expect(transition(active, event)).toMatchObject({ step: 'inspecting', attempts: 0, strikes: 1 });
    expect(transition(active, { ...event, strike: true })).toMatchObject({ strikes: 2 });
  });

  it('gives a released row back to its step without penalty', () => {
    expect(transition(active, { type: 'released', reason: 'offline' })).toEqual({
      ...waiting,
      reason: 'offline',
      nextTryAt: 0,
    });
  });

  it('lets a person retry a blocked row from the start, and a waiting one from where it is', () => {
    expect(transition(blocked, { type: 'retried' })).toMatchObject({
      step: 'inspecting',
      attempts: 0,
      strikes: 0,
    });
    expect(transition(waiting, { type: 'retried' })).toMatchObject({
      step: 'sending',
      nextTryAt: 0,
      attempts: 0,
    });
  });

  it('ends a row only from work under way', () => {
    expect(transition(active, { type: 'stored' })).toMatchObject({ status: 'done' });
    expect(transition(active, { type: 'blocked', reason: 'missing' })).toMatchObject({ status: 'blocked' });
  });

  it('parks a row that waits for something else than a time, without penalty', () => {
    expect(transition(active, { type: 'parked', reason: 'volume_missing' })).toEqual({
      ...waiting,
      reason: 'volume_missing',
      nextTryAt: 0,
    });
  });

  it('takes a done row up again from the start when a person insists', () => {
    expect(transition(done, { type: 'insisted' })).toMatchObject({
      status: 'waiting',
      step: 'inspecting',
      attempts: 0,
      strikes: 0,
    });
  });

  const illegal: [RowCore, RowEvent][] = [
    [active, { type: 'claimed' }],
    [blocked, { type: 'claimed' }],
    [done, { type: 'claimed' }],
    [waiting, { type: 'stored' }],
    [waiting, { type: 'advanced', to: 'sending' }],
    [done, { type: 'retried' }],
    [waiting, { type: 'parked', reason: 'copy_on_its_way' }],
    [blocked, { type: 'insisted' }],
    [active, { type: 'retried' }],
    [done, { type: 'released', reason: 'ready' }],
    [waiting, { type: 'blocked', reason: 'missing' }],
  ];
  it.each(illegal)('refuses %o %o', (row, event) => {
    expect(() => transition(row, event)).toThrow(IllegalTransition);
  });
});
