import { css, html, LitElement, nothing } from 'lit';
import { texts } from '#client/texts.ts';
import { isBlank } from '#schema/blank.ts';
import { countGraphemes, tidy } from '#schema/text.ts';
import { icon, iconStyle } from './icons.ts';
import { controls } from './styles/controls.ts';

/** From this share of the limit on, the counter shows. */
const NEAR = 0.8;

/** Where one types. Fires `post` with the text, and `draft` at each change. Enter sends, Shift + Enter breaks the line. */
export class ChatComposer extends LitElement {
  static override properties = { text: {}, limit: { type: Number }, disabled: { type: Boolean } };
  declare text: string;
  /** Graphemes a message may have. */
  declare limit: number;
  declare disabled: boolean;

  static override styles = [
    controls,
    iconStyle,
    css`
      :host {
        display: block;
        padding: var(--space-3) var(--space-4) var(--space-4);
        border-top: var(--hairline) solid var(--line);
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: end;
        gap: var(--space-2);
      }
      textarea {
        display: block;
        width: 100%;
        min-height: var(--target);
        max-height: var(--composer);
        padding: var(--space-2) var(--space-3);
        border: var(--hairline) solid var(--line-strong);
        border-radius: var(--radius-small);
        background: var(--paper);
        color: var(--ink);
        font: inherit;
        /* Below 16 px a phone zooms in on focus. */
        font-size: max(var(--text-body), var(--space-4));
        field-sizing: content;
        resize: none;
        unicode-bidi: plaintext;
      }
      textarea::placeholder {
        color: var(--ink-soft);
        opacity: 1;
      }
      .count {
        grid-column: 1 / -1;
        color: var(--ink-soft);
        font-size: var(--text-small);
      }
      .over {
        color: var(--bad);
        font-weight: 600;
      }
    `,
  ];

  constructor() {
    super();
    this.text = '';
    this.limit = Number.POSITIVE_INFINITY;
    this.disabled = false;
  }

  override render() {
    const left = this.limit - countGraphemes(tidy(this.text));
    const near = left < this.limit * (1 - NEAR);
    return html`<form @submit=${this.#submit}>
      <textarea
        rows="1"
        dir="auto"
        aria-label=${texts.chat.label}
        title=${texts.chat.hint}
        placeholder=${texts.chat.placeholder}
        enterkeyhint="send"
        autocomplete="off"
        .value=${this.text}
        @input=${this.#input}
        @keydown=${this.#key}
      ></textarea>
      <button
        class="brass icon-only"
        aria-label=${texts.chat.send}
        title=${texts.chat.send}
        ?disabled=${this.disabled || left < 0 || isBlank(this.text)}
      >
        ${icon('send')}
      </button>
      ${near ? html`<p class="count ${left < 0 ? 'over' : ''}" role="status">${texts.chat.left(left)}</p>` : nothing}
    </form>`;
  }

  #input(event: Event) {
    this.text = (event.target as HTMLTextAreaElement).value;
    this.dispatchEvent(new CustomEvent('draft', { detail: this.text }));
  }

  #key(event: KeyboardEvent) {
    if (event.key !== 'Enter' || event.shiftKey || isForInputMethod(event)) return;
    event.preventDefault();
    this.#submit(event);
  }

  #submit(event: Event) {
    event.preventDefault();
    const text = tidy(this.text);
    if (isBlank(text) || this.disabled || countGraphemes(text) > this.limit) return;
    this.text = '';
    this.dispatchEvent(new CustomEvent('post', { detail: text }));
  }
}
/** What `keyCode` is for a key that an input method has taken. */
const TAKEN = 229;

/**
 * Enter also confirms a candidate of an input method. In Safari the composition has ended when that key comes, and only
 * its code tells. (Not the time since: where Enter ends a Hangul syllable and is meant, the next one comes at once.)
 */
function isForInputMethod({ isComposing, keyCode }: KeyboardEvent): boolean {
  return isComposing || keyCode === TAKEN;
}

customElements.define('chat-composer', ChatComposer);
