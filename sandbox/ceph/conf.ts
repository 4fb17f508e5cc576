/** What the three daemons read: a cluster of one monitor and one disk that is memory, all on 127.0.0.1. */

export interface CephPlaces {
  dir: string;
  /** The gateway's, where S3 is spoken. */
  port: number;
  monitorPort: number;
  clusterId: string;
  /** Any secret; session tokens are encrypted with it. */
  tokenKey: string;
}

/** The largest amount of photos that fits, in bytes; memory is taken as they come. */
const memoryBytes = 10 * 2 ** 30;
const quiet = [
  ...['osd', 'rgw', 'objecter', 'mon', 'monc', 'rocksdb', 'bluestore', 'bdev', 'optracker'],
  ...['throttle', 'objclass', 'auth'],
];

export function cephConf({ dir, port, monitorPort, clusterId, tokenKey }: CephPlaces): string {
  return `[global]
fsid = ${clusterId}
mon_initial_members = a
mon_host = v2:127.0.0.1:${monitorPort}
ms_bind_msgr1 = false
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
# One copy of everything: nothing here has to survive anything.
osd_pool_default_size = 1
osd_pool_default_min_size = 1
mon_allow_pool_size_one = true
osd_pool_default_pg_num = 8
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
keyring = ${dir}/keyring
# Files of the daemons' own that would lie elsewhere; a socket's path may be too long for one in a deep folder.
admin_socket =
pid_file =
log_file =
log_to_stderr = true
err_to_stderr = true
crash_dir = ${dir}
ms_crc_data = false
osd_enable_op_tracker = false
${quiet.map((name) => `debug_${name} = 0/0`).join('\n')}
[mon]
mon_data = ${dir}/mon
mon_cluster_log_file = ${dir}/cluster.log
# A full disk of the machine is no concern of a store in memory.
mon_data_avail_crit = 0
paxos_propose_interval = 0.05
[osd]
osd_data = ${dir}/osd
osd_objectstore = memstore
memstore_device_bytes = ${memoryBytes}
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:${port}
# With the default (secure) the gateway waits for ever for a monitor that has no authentication.
ms_mon_client_mode = crc secure
rgw_enable_apis = s3, sts, iam, admin
rgw_s3_auth_use_sts = true
rgw_sts_key = ${tokenKey}
rgw_crypt_require_ssl = false
rgw_thread_pool_size = 64
# What was deleted goes soon, not after hours: a measurement deletes as much as it has sent.
rgw_gc_obj_min_wait = 5
rgw_gc_processor_period = 5
`;
}
