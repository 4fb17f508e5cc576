import { describe, expect, it } from 'vitest';
import { callOwners, type CallName } from '../../../preload/contract/api.ts';
import { callSchemas } from '../../../preload/contract/schemas.ts';

const page = { filter: 'all', sort: 'added', offset: 0, limit: 500 };

describe('the arguments of calls', () => {
  it('have a schema for every call and no other', () => {
    expect(Object.keys(callSchemas).sort()).toEqual(Object.keys(callOwners).sort());
  });

  it.each<[CallName, unknown[]]>([
    ['app.info', []],
    ['app.visible', [true]],
    ['config.connect', ['photos.example.org']],
    ['intake.choose', ['folder']],
    ['intake.add', [['/photos']]],
    ['queue.page', [page]],
    ['queue.page', [{ ...page, sort: 'name', descending: true, search: 'lisbon' }]],
    ['queue.retry', [[]]],
    ['queue.retry', [[1, 2]]],
    ['queue.remove', [[9_007_199_254_740_991]]],
    ['settings.change', [{}]],
    ['settings.change', [{ theme: 'dark', bytesPerSecond: null, transfers: 16 }]],
    ['settings.change', [{ timetable: [{ days: [1, 7], from: 0, to: 1439, bytesPerSecond: 1_000 }] }]],
  ])('%s takes %j', (name, args) => {
    expect(callSchemas[name].safeParse(args).success).toBe(true);
  });

  it.each<[CallName, unknown[]]>([
    ['app.info', ['more']],
    ['app.visible', []],
    ['app.visible', ['yes']],
    ['auth.signOut', [undefined]],
    ['config.connect', []],
    ['config.connect', ['']],
    ['config.connect', ['x'.repeat(2049)]],
    ['config.connect', [{ toString: 'x' }]],
    ['intake.choose', ['disk']],
    ['intake.add', [[]]],
    ['intake.add', [['']]],
    ['intake.add', ['/photos']],
    ['intake.add', [['/photos'], 'more']],
    ['intake.add', [['x'.repeat(32_769)]]],
    ['queue.page', []],
    ['queue.page', [{ ...page, limit: 501 }]],
    ['queue.page', [{ ...page, limit: 0 }]],
    ['queue.page', [{ ...page, offset: -1 }]],
    ['queue.page', [{ ...page, offset: 0.5 }]],
    ['queue.page', [{ ...page, filter: "done' OR 1=1 --" }]],
    ['queue.page', [{ ...page, sort: 'sha256' }]],
    ['queue.page', [{ ...page, search: 'x'.repeat(201) }]],
    ['queue.retry', [['1']]],
    ['queue.retry', [[0]]],
    ['queue.retry', [[-1]]],
    ['queue.remove', [[1.5]]],
    ['queue.remove', [[Number.NaN]]],
    ['queue.remove', [null]],
    ['settings.change', []],
    ['settings.change', [{ theme: undefined }]],
    ['settings.change', [{ theme: 'sepia' }]],
    ['settings.change', [{ unheardOf: true }]],
    ['settings.change', [{ bytesPerSecond: 0 }]],
    ['settings.change', [{ bytesPerSecond: Number.POSITIVE_INFINITY }]],
    ['settings.change', [{ transfers: 17 }]],
    ['settings.change', [{ timetable: [{ days: [], from: 0, to: 1, bytesPerSecond: null }] }]],
    ['settings.change', [{ timetable: [{ days: [0], from: 0, to: 1, bytesPerSecond: null }] }]],
    ['settings.change', [{ timetable: [{ days: [1], from: 0, to: 1440, bytesPerSecond: null }] }]],
  ])('%s refuses %j', (name, args) => {
    expect(callSchemas[name].safeParse(args).success).toBe(false);
  });
});
