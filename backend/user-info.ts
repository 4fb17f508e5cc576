/** Name and e-mail of the caller: access tokens of Cognito carry neither, so its userInfo endpoint is asked. */
import { z } from 'zod';

export interface UserInfo {
  name: string | null;
  email: string | null;
}

const timeoutMs = 2000;
const replySchema = z.object({ name: z.string().optional(), email: z.string().optional() });

/** Asks the pool. What cannot be learnt in two seconds is null: nothing depends on it but a greeting. */
export async function fetchUserInfo(cognitoDomain: string, token: string): Promise<UserInfo> {
  try {
    const response = await fetch(`${cognitoDomain}/oauth2/userInfo`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    const reply = replySchema.parse(response.ok ? await response.json() : {});
    return { name: reply.name ?? null, email: reply.email ?? null };
  } catch {
    return { name: null, email: null };
  }
}
