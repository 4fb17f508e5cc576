/** The few parts of oidc-provider (which ships no types) that the stand-in uses. */
declare module 'oidc-provider' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

  /** A stored model as oidc-provider hands it to its adapter. */
  export type StoredModel = Record<string, unknown> & { uid?: string; grantId?: string; consumed?: number };

  export interface Adapter {
    upsert(id: string, payload: StoredModel, expiresIn: number | undefined): Promise<void>;
    find(id: string): Promise<StoredModel | undefined>;
    findByUid(uid: string): Promise<StoredModel | undefined>;
    findByUserCode(userCode: string): Promise<StoredModel | undefined>;
    consume(id: string): Promise<void>;
    destroy(id: string): Promise<void>;
    revokeByGrantId(grantId: string): Promise<void>;
  }

  export interface Token {
    kind: string;
    jti: string;
    accountId: string;
    clientId: string;
    grantId: string;
    scope?: string;
    remainingTTL: number;
  }

  export interface Grant {
    accountId: string;
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  export interface Session {
    accountId?: string | undefined;
    authorizations?: Record<string, unknown> | undefined;
    persist(): Promise<unknown>;
    grantIdFor(clientId: string): string | undefined;
    destroy(): Promise<void>;
  }

  export interface Interaction {
    uid: string;
    prompt: { name: string };
    params: Record<string, unknown>;
    session?: { uid: string; accountId?: string };
  }

  export interface Context {
    method: string;
    path: string;
    query: Record<string, string | string[] | undefined>;
    req: IncomingMessage;
    res: ServerResponse;
    status: number;
    body: unknown;
    type: string;
    response: { get(name: string): string };
    set(name: string, value: string): void;
    remove(name: string): void;
    redirect(url: string): void;
    cookies: { set(name: string, value: string | null, options?: object): void };
    oidc: {
      route: string;
      session?: Session;
      client?: { clientId: string };
      result?: { consent?: { grantId?: string } };
      params?: Record<string, string | undefined>;
      entities: { AccessToken?: Token; RefreshToken?: Token; RotatedRefreshToken?: Token };
    };
  }

  export class Provider {
    constructor(issuer: string, configuration: object);
    readonly Grant: {
      new (init: { accountId: string; clientId: string }): Grant;
      find(id: string): Promise<Grant | undefined>;
    };
    readonly Session: {
      get(ctx: Context): Promise<Session>;
      findByUid(uid: string): Promise<Session | undefined>;
    };
    proxy: boolean;
    callback(): RequestListener;
    use(middleware: (ctx: Context, next: () => Promise<void>) => Promise<void>): this;
    on(event: string, listener: (ctx: Context, error: Error) => void): this;
    cookieName(kind: 'session'): string;
    interactionDetails(req: IncomingMessage, res: ServerResponse): Promise<Interaction>;
    interactionResult(req: IncomingMessage, res: ServerResponse, result: object): Promise<string>;
    interactionFinished(req: IncomingMessage, res: ServerResponse, result: object): Promise<void>;
  }

  export const errors: { SessionNotFound: new (message: string) => Error };
}
