import { cephLack } from '../../sandbox/ceph/server.ts';
import type { ObjectStore } from '../../sandbox/start.ts';

/** The stores that a suite runs against; says so where it has to do without the real one. */
export function objectStores(suite: string): ObjectStore[] {
  const lack = cephLack();
  if (lack === undefined) return ['sandbox', 'ceph'];
  console.log(`skipped: ${suite} on Ceph. ${lack}`);
  return ['sandbox'];
}
