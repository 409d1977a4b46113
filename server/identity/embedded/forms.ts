/** The login and registration forms of one interaction; both lead back to where one was going. */
import { type Request, type Response, Router, urlencoded } from 'express';
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import { answerTo, type RefusalCode } from '#schema/refusals.ts';
import type { Accounts } from '#server/identity/embedded/accounts.ts';
import type { Attempts } from '#server/identity/embedded/attempts.ts';
import { TooBusy } from '#server/identity/embedded/fair-queue.ts';
import { sendPage } from '#server/identity/embedded/page-response.ts';
import { loginPage, problemPage, registerPage } from '#server/identity/embedded/pages.ts';
import { REALM_PATH } from '#server/identity/embedded/paths.ts';
import type { User } from '#server/identity/identity.ts';
import { foldName } from '#server/identity/names.ts';

/** As oidc-provider makes them. */
const UID = /^[\w-]{1,64}$/;

type Ports = {
  provider: Provider;
  accounts: Accounts;
  attempts: Attempts;
  origin: string;
  origins: readonly string[];
  /** Whom the limits count. */
  addressOf(request: Request): string;
};
type Form = { username: string; password: string; address: string };
type Refusal = { refused: RefusalCode; field: 'username' | 'password' };

export function formRoutes(ports: Ports): Router {
  const { provider, origin, origins } = ports;
  const router = Router();

  router.get('/login-actions/:uid', async (request, response) => {
    if (await interaction(request, response)) show(request, response, 200);
  });

  router.post('/login-actions/:uid', urlencoded({ extended: false, limit: '8kb' }), async (request, response) => {
    if (!fromOurPage(request, origin)) return sendPage(response, 403, problemPage('foreign'), origins);
    if (!(await interaction(request, response))) return;
    const form = { ...read(request), address: ports.addressOf(request) };
    const answer = await (isRegistration(request) ? register : logIn)(form, ports).catch(busy);
    if ('refused' in answer) return show(request, response, answerTo(answer.refused).status, { form, answer });
    await provider.interactionFinished(request, response, { login: { accountId: answer.id } });
  });

  /** Undefined, and answered, when this browser has no such sign-in under way. */
  async function interaction(request: Request, response: Response) {
    try {
      return await provider.interactionDetails(request, response);
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
      await lost(request, response);
      return undefined;
    }
  }

  /** Why there is none: signed in meanwhile (Back, another tab), a browser that keeps no cookies, or too late. */
  async function lost(request: Request, response: Response): Promise<void> {
    const session = await provider.Session.get(provider.createContext(request, response));
    if (session.accountId && request.method === 'GET') return response.redirect(303, '/');
    if (session.accountId) return sendPage(response, 409, problemPage('signed-in'), origins);
    const uid = String(request.params.uid);
    const underWay = UID.test(uid) && (await provider.Interaction.find(uid));
    sendPage(response, 400, problemPage(underWay ? 'no-cookie' : 'expired'), origins);
  }

  function show(request: Request, response: Response, status: number, refused?: { form: Form; answer: Refusal }): void {
    const here = `${REALM_PATH}/login-actions/${encodeURIComponent(String(request.params.uid))}`;
    const [page, action, switchTo] = isRegistration(request)
      ? ([registerPage, `${here}?page=register`, here] as const)
      : ([loginPage, here, `${here}?page=register`] as const);
    const state = refused && {
      username: refused.form.username,
      error: { field: refused.answer.field, sentence: answerTo(refused.answer.refused).sentence },
    };
    sendPage(response, status, page({ action, switchTo, ...state }), origins);
  }

  return router;
}

async function logIn({ username, password, address }: Form, { accounts, attempts }: Ports): Promise<User | Refusal> {
  const name = foldName(username);
  if (!(await attempts.mayLogIn(address, name))) return tooMany;
  const user = await accounts.authenticate(username, password, address).catch(async (error) => {
    if (error instanceof TooBusy) await attempts.untried(address, name);
    throw error;
  });
  if (!user) return { refused: 'wrong-credentials', field: 'password' };
  await attempts.succeeded(address, name);
  return user.enabled ? user : { refused: 'account-disabled', field: 'username' };
}

async function register({ username, password, address }: Form, { accounts, attempts }: Ports): Promise<User | Refusal> {
  if (!(await attempts.mayRegister(address))) return tooMany;
  return accounts.create({ username, password }, address);
}

const tooMany: Refusal = { refused: 'too-many-attempts', field: 'password' };

function busy(error: unknown): Refusal {
  if (error instanceof TooBusy) return { refused: 'identity-away', field: 'password' };
  throw error;
}

const isRegistration = (request: Request) => request.query.page === 'register';

function read(request: Request): Omit<Form, 'address'> {
  const { username, password } = (request.body ?? {}) as Record<string, unknown>;
  return {
    username: typeof username === 'string' ? username : '',
    password: typeof password === 'string' ? password : '',
  };
}

/** Beside the same-site cookie of the interaction: browsers say where a form stood. */
function fromOurPage(request: Request, origin: string): boolean {
  const sent = request.get('origin');
  return sent === undefined ? request.get('sec-fetch-site') === 'same-origin' : sent === origin;
}
