/** A part of the page that is loaded late may be gone: the server was updated since. The page as it is now has it. */

const KEY = 'parlor:reloaded-for';

/** Reloads when a part cannot be loaded; not again for the same part, or it would never end. Drafts survive it. */
export function reloadOnce(): void {
  addEventListener('vite:preloadError', (event) => {
    const { message } = (event as Event & { payload: Error }).payload;
    if (sessionStorage.getItem(KEY) === message) return;
    sessionStorage.setItem(KEY, message);
    event.preventDefault();
    location.reload();
  });
}
