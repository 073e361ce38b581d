// An OpenID Connect provider on a free port of this machine, with the claims and addresses of Entra ID and pages of its own.
//
// Its first argument is JSON: `tenant`, the id in its issuer; `clients`, as OpenID Connect registers them; `accounts`, claims by the name
// that a person types to sign in. Once it listens it prints its issuer. It ends when its standard input is closed.
//
// `PUT /faults` makes it lie from then on, `{}` makes it honest again:
//   claims     claims of the ID token to set, or to leave out where null
//   signed     how the ID token is signed: "none", "stranger" (a key it does not publish), "public" (HMAC with the key it does publish)
//   userinfo   what the userinfo endpoint says, to set or to leave out
//   discovery  what the discovery document says, to set or to leave out
//   answer     parameters of the address that a person is sent back to, to set or to leave out

import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { json, text } from 'node:stream/consumers';

import Provider from 'oidc-provider';

const { tenant, clients, accounts } = JSON.parse(process.argv[2]);
const server = createServer();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const path = `/${tenant}/v2.0`;
const origin = `http://127.0.0.1:${server.address().port}`;

const newKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const key = newKey();
const stranger = newKey();
const KID = 'published';
const published = createPublicKey(key).export({ type: 'spki', format: 'pem' });
let faults = {};

const provider = new Provider(origin + path, {
  clients,
  jwks: { keys: [{ ...key.export({ format: 'jwk' }), kid: KID, use: 'sig', alg: 'RS256' }] },
  cookies: { keys: ['a key of tests'] },
  // Entra ID puts the claims of its scopes into the ID token; the standard leaves them to the userinfo endpoint.
  conformIdTokenClaims: false,
  claims: {
    openid: ['sub', 'oid', 'tid', 'ver'],
    profile: ['name', 'preferred_username'],
    email: ['email', 'email_verified'],
  },
  pkce: { methods: ['S256'], required: () => true },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
  interactions: { url: (_, interaction) => `${path}/interaction/${interaction.uid}` },
  findAccount: (_, name) => name in accounts && { accountId: name, claims: () => ({ sub: name, ...accounts[name] }) },
  ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 300, IdToken: 300, Interaction: 300, Session: 300 },
});

const base64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function changed(told, by) {
  return Object.fromEntries(Object.entries({ ...told, ...by }).filter(([, value]) => value !== null));
}

function signed(claims, how) {
  const alg = { none: 'none', public: 'HS256' }[how] ?? 'RS256';
  const body = `${base64({ alg, typ: 'JWT', kid: KID })}.${base64(claims)}`;
  const signature = {
    none: () => '',
    public: () => createHmac('sha256', published).update(body).digest('base64url'),
    stranger: () => sign('sha256', Buffer.from(body), stranger).toString('base64url'),
  }[how] ?? (() => sign('sha256', Buffer.from(body), key).toString('base64url'));
  return `${body}.${signature()}`;
}

provider.use(async (ctx, next) => {
  await next();
  const { claims, signed: how, userinfo, discovery, answer } = faults;
  if (ctx.body?.id_token && (claims || how)) {
    const told = JSON.parse(Buffer.from(ctx.body.id_token.split('.')[1], 'base64url'));
    ctx.body = { ...ctx.body, id_token: signed(changed(told, claims), how) };
  }
  if (ctx.oidc?.route === 'userinfo' && userinfo) ctx.body = changed(ctx.body, userinfo);
  if (ctx.oidc?.route === 'discovery' && discovery) ctx.body = changed(ctx.body, discovery);
  const back = ctx.response.get('location');
  if (answer && back && !back.startsWith(origin) && !back.startsWith('/')) {
    const address = new URL(back);
    address.search = new URLSearchParams(changed(Object.fromEntries(address.searchParams), answer));
    ctx.set('location', address.href);
  }
});

const page = (title, form) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body><main><h1>${title}</h1><form method="post">${form}<button name="stop" value="1">Cancel</button></form></main></body></html>`;
const SIGN_IN = page('Sign in to the directory', '<label>Account <input name="account" autofocus></label> <button>Next</button> ');
const ACCEPT = page('Permissions requested', '<p>Read your name and your address.</p> <button>Accept</button> ');

async function interact(request, response) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  const finish = (result) => provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  if (request.method === 'GET') {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(prompt.name === 'login' ? SIGN_IN : ACCEPT);
    return undefined;
  }
  const form = new URLSearchParams(await text(request));
  if (form.get('stop')) return finish({ error: 'access_denied', error_description: 'the person stopped it' });
  if (prompt.name === 'login') return finish({ login: { accountId: form.get('account') } });
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  return finish({ consent: { grantId: await grant.save() } });
}

const protocol = provider.callback();
server.on('request', async (request, response) => {
  try {
    if (request.method === 'PUT' && request.url === '/faults') {
      faults = await json(request);
      response.end();
    } else if (request.url.startsWith(`${path}/interaction/`)) {
      await interact(request, response);
    } else if (request.url.startsWith(`${path}/`)) {
      request.originalUrl = request.url;
      request.url = request.url.slice(path.length);
      await protocol(request, response);
    } else {
      response.writeHead(404).end();
    }
  } catch (fault) {
    response.writeHead(500).end(`${fault}`);
  }
});

console.log(origin + path);
process.stdin.resume().on('end', () => process.exit());
