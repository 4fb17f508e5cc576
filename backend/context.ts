/** What handlers work with. */
import type { Caller, TokenVerifier } from './access-token.ts';
import type { Config } from './config.ts';
import type { PhotoRecords } from './records/photo-records.ts';
import type { Grants } from './store/grants.ts';
import type { Objects } from './store/objects.ts';
import type { UserInfo } from './user-info.ts';

export interface Deps {
  config: Config;
  /** Base address of this API as clients see it. */
  publicUrl: string;
  records: PhotoRecords;
  objects: Objects;
  grants: Grants;
  verifier: TokenVerifier;
  userInfo: (token: string) => Promise<UserInfo>;
  /** One line of the log; never holds a token or a person's data beyond their sub. */
  log: (event: Record<string, unknown>) => void;
}

export interface Env {
  Variables: { requestId: string; caller: Caller };
}
