/** Links are places: every view has an address that can be reloaded, shared and gone back to. */
export type Route =
  | { at: 'lobby' }
  | { at: 'talk'; channel: string }
  | { at: 'match'; match: string }
  | { at: 'player'; player: string }
  | { at: 'admin'; list: 'players' | 'sessions'; name?: string }
  | { at: 'nowhere' };

export function routeOf(path: string): Route {
  const [first, second, third] = path.split('/').filter(Boolean).map(decoded);
  switch (first) {
    case undefined:
      return { at: 'lobby' };
    case 't':
      return second ? { at: 'talk', channel: second } : { at: 'nowhere' };
    case 'm':
      return second ? { at: 'match', match: second } : { at: 'nowhere' };
    case 'p':
      return second ? { at: 'player', player: second } : { at: 'nowhere' };
    case 'admin': {
      const list = second ?? 'players';
      if (list !== 'players' && list !== 'sessions') return { at: 'nowhere' };
      return third ? { at: 'admin', list, name: third } : { at: 'admin', list };
    }
    default:
      return { at: 'nowhere' };
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const pathTo = {
  lobby: '/',
  talk: (channel: string) => `/t/${encodeURIComponent(channel)}`,
  match: (match: string) => `/m/${encodeURIComponent(match)}`,
  player: (player: string) => `/p/${encodeURIComponent(player)}`,
  admin: (list: 'players' | 'sessions' = 'players', name?: string) =>
    name ? `/admin/${list}/${encodeURIComponent(name)}` : `/admin/${list}`,
  monitor: '/monitor',
};

export function navigate(path: string): void {
  if (path === location.pathname) return;
  history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
}

/** Makes plain links to our own places navigate without a reload; others stay what they are. */
export function followLinks(root: EventTarget): void {
  root.addEventListener('click', (event) => {
    const click = event as MouseEvent;
    if (click.defaultPrevented || click.button !== 0 || click.metaKey || click.ctrlKey || click.shiftKey) return;
    const link = click.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (!link || link.target || link.origin !== location.origin) return;
    if (routeOf(link.pathname).at === 'nowhere') return;
    click.preventDefault();
    navigate(link.pathname);
  });
}
