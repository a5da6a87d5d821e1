// Signing in with the key of this page, and what members are shown.

import { base64, utf8 } from "./bytes.mjs";
import { sign } from "./der.mjs";
import { Answer, call } from "./steps.mjs";

// signIn signs a challenge of the gateway that this page came from, and of no
// other: one that passes another's on would sign in there as the author.
export async function signIn(gateway, origin, me) {
  const c = await call(gateway, "/v1/session/challenges");
  if (new URL(c.address).origin !== origin) throw new Error(`Nothing was signed: this gateway says that it is ${c.address}. Open this page there, if you know that to be so.`);
  const signature = base64(await sign(me.key, utf8(`fairlead sign-in\n${c.address}\n${c.challenge}`)));
  return call(gateway, "/v1/session", {
    body: JSON.stringify({ challenge: c.challenge, signature }),
    headers: { "Fairlead-Org": me.org, "Fairlead-Certificate": base64(me.certificate) },
  });
}

// signedIn tells who is signed in, null for nobody.
export async function signedIn(gateway) {
  try {
    return await call(gateway, "/v1/session", { method: "GET" });
  } catch (e) {
    if (e instanceof Answer && (e.status === 401 || e.status === 404)) return null;
    throw e;
  }
}

export const signOut = (gateway, everywhere) => call(gateway, everywhere ? "/v1/sessions" : "/v1/session", { method: "DELETE" });

export const record = (gateway, kind, id) => call(gateway, `/v1/records/${kind}/${encodeURIComponent(id)}`, { method: "GET" });

// fullBundle waits its turn: peers are asked for one bundle after the other.
export async function fullBundle(gateway, gtin, patience = 24, pause = 5000) {
  for (;;) {
    try {
      return await call(gateway, `/v1/products/${encodeURIComponent(gtin)}/history/bundle?full=true`, { method: "GET" });
    } catch (e) {
      if (e.code !== "not_sealed" || --patience <= 0) throw e;
      await new Promise((done) => setTimeout(done, pause));
    }
  }
}
