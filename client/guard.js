/**
 * Runs before the page's own scripts, in browsers that cannot run those too: says why nothing else appears. Plain
 * script without anything that a browser of 2015 does not know; the build puts the table of `troubles.ts` in.
 */
(() => {
  var troubles = __TROUBLES__;
  var root = document.documentElement;

  function add(parent, tag, text) {
    var element = document.createElement(tag);
    element.textContent = text;
    parent.appendChild(element);
    return element;
  }

  /** Shows a cause in place of the page, unless that has started: then its views say what is wrong. */
  window.showTrouble = (cause, detail) => {
    if (root.hasAttribute('data-started')) return;
    var trouble = troubles[cause];
    var main = document.createElement('main');
    main.className = 'trouble';
    main.setAttribute('role', 'alert');
    add(main, 'h1', trouble.title);
    add(main, 'p', trouble.line);
    if (detail) add(main, 'code', detail);
    if (trouble.act) add(main, 'a', trouble.act).href = location.pathname;
    document.body.textContent = '';
    document.body.appendChild(main);
  };

  var needed = {
    'JavaScript modules': () => 'noModule' in HTMLScriptElement.prototype,
    'Intl.Segmenter': () => Intl.Segmenter,
    'Promise.withResolvers': () => Promise.withResolvers,
    'String.isWellFormed': () => String.prototype.isWellFormed,
    'CSS light-dark()': () => CSS.supports('color', 'light-dark(red, red)'),
  };
  var missing = Object.keys(needed).filter((name) => {
    try {
      return !needed[name]();
    } catch (_) {
      return true;
    }
  });
  if (missing.length > 0) {
    window.showTrouble('browser', missing.join(', '));
    return;
  }

  function failed(event) {
    if (event.target instanceof HTMLScriptElement || event.target instanceof HTMLLinkElement) {
      if (event.target.rel !== 'icon') window.showTrouble('unloaded', event.target.src || event.target.href);
      return;
    }
    var error = event.error || event.reason;
    // A script that this browser cannot even read.
    window.showTrouble(error instanceof SyntaxError ? 'browser' : 'fault', String(error || event.message));
  }
  addEventListener('error', failed, true);
  addEventListener('unhandledrejection', failed);
})();
