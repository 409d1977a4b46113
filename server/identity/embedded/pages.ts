/** What people see of the provider. No script is inline; texts are short, plain and friendly. */
import { type Html, html, trusted } from '#server/identity/embedded/html.ts';
import { REALM_PATH } from '#server/identity/embedded/paths.ts';

export const RESOURCES_PATH = `${REALM_PATH}/resources`;

/** What went wrong, and near which field it is said. */
export type FormError = { field: 'username' | 'password'; sentence: string };
export type FormState = { action: string; switchTo: string; username?: string; error?: FormError };

export function loginPage(state: FormState): Html {
  return layout(
    'Sign in',
    html`<h1>Welcome back</h1>
      <p class="lead">Take a seat. Your table is as you left it.</p>
      <form method="post" action="${state.action}">
        ${nameField(state)}
        ${passwordField(state, 'current-password')}
        <button class="primary" type="submit">Sign in</button>
      </form>
      <p class="switch">New here? <a href="${state.switchTo}">Create an account</a></p>`,
  );
}

export function registerPage(state: FormState): Html {
  return layout(
    'Create account',
    html`<h1>Come in</h1>
      <p class="lead">A name for the table and a password, that is all.</p>
      <form method="post" action="${state.action}">
        ${nameField(state, '2 to 40 characters. Others see it.')}
        ${passwordField(state, 'new-password', '8 characters or more. There is no way to recover it, so keep it somewhere safe.')}
        <button class="primary" type="submit">Create account</button>
      </form>
      <p class="switch">Been here before? <a href="${state.switchTo}">Sign in</a></p>`,
  );
}

/** `form` is oidc-provider's own, with its anti-forgery token. */
export function confirmLogoutPage(form: string): Html {
  return layout(
    'Sign out',
    html`<h1>Leaving?</h1>
      <p class="lead">You are about to sign out of Parlor in this browser.</p>
      ${trusted(form)}
      <button class="primary" type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>
      <p class="switch"><a href="/">Stay</a></p>`,
  );
}

export function signedOutPage(): Html {
  return layout(
    'Signed out',
    html`<h1>See you soon</h1>
      <p class="lead">You are signed out.</p>
      <p><a class="primary" href="/">Sign in again</a></p>`,
  );
}

type Problem = { title?: string; line: string; act?: string };

/** Every dead end of these pages, and what to do about it; a test walks them. */
export const PROBLEMS: Readonly<Record<string, Problem>> = {
  expired: { line: 'This sign-in page has been open for too long, or was used already.' },
  'no-cookie': {
    title: 'Cookies are needed',
    line:
      'Your browser sent no cookie with this page, and signing in needs one. Allow cookies for this site in the ' +
      'settings of your browser, or open the page in the browser you started in. Then start again.',
  },
  'signed-in': {
    title: 'You are signed in',
    line: 'You signed in on another page of this browser in the meantime.',
    act: 'Go on',
  },
  foreign: { line: 'That form did not come from this page, so it was not taken.' },
};

/** `problem` is a word of ours or an OAuth error code; no more than that is shown. */
export function problemPage(problem: string): Html {
  const known = Object.hasOwn(PROBLEMS, problem) ? PROBLEMS[problem] : undefined;
  const {
    title = 'That did not work',
    line = `Signing in was interrupted (${problem}).`,
    act = 'Start again',
  } = known ?? {};
  return layout(
    title,
    html`<h1>${title}</h1>
      <p class="lead">${line}</p>
      <p><a class="primary" href="/">${act}</a></p>`,
  );
}

function nameField({ username, error }: FormState, hint?: string): Html {
  return field({ name: 'username', label: 'Name', type: 'text', complete: 'username', value: username, hint, error });
}

function passwordField({ error }: FormState, complete: string, hint?: string): Html {
  return field({ name: 'password', label: 'Password', type: 'password', complete, hint, error });
}

type Field = {
  name: 'username' | 'password';
  label: string;
  type: string;
  complete: string;
  value?: string | undefined;
  hint?: string | undefined;
  error?: FormError | undefined;
};

function field({ name, label, type, complete, value, hint, error }: Field): Html {
  const wrong = error?.field === name ? error.sentence : undefined;
  const focused = error ? wrong !== undefined : name === 'username';
  const described = [hint && `${name}-hint`, wrong && `${name}-error`].filter(Boolean).join(' ');
  return html`<div class="field">
    <label for="${name}">${label}</label>
    ${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}
    <div class="box">
      <input id="${name}" name="${name}" type="${type}" autocomplete="${complete}" value="${value}" required dir="auto"
        maxlength="200" autocapitalize="none" spellcheck="false" ${focused && html`autofocus`}
        ${described && html`aria-describedby="${described}"`} ${wrong && html`aria-invalid="true"`}>
      ${type === 'password' && html`<button class="reveal" type="button" aria-pressed="false" hidden>Show</button>`}
    </div>
    ${wrong && html`<p class="error" id="${name}-error" role="alert">${wrong}</p>`}
  </div>`;
}

function layout(title: string, main: Html): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · Parlor</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${RESOURCES_PATH}/theme.css">
    <link rel="stylesheet" href="${RESOURCES_PATH}/pages.css">
    <script src="${RESOURCES_PATH}/reveal.js" defer></script>
  </head>
  <body>
    <main>
      <p class="sign"><span class="discs" aria-hidden="true"><i></i><i></i><i></i><i></i></span> Parlor</p>
      <section class="card">
        ${main}
      </section>
    </main>
  </body>
</html>
`;
}
