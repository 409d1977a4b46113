import { css, html, LitElement } from 'lit';
import { texts } from '#client/texts.ts';
import { answerTo, type RefusalCode } from '#schema/refusals.ts';
import { controls } from './styles/controls.ts';

/**
 * What was said and is not accepted yet: on its way, waiting for a passing reason, refused for good, or
 * sent before a reload and never answered. Fires `again` and `discard`.
 */
export type Outgoing =
  | { kind: 'sending'; text: string; waiting?: RefusalCode | undefined }
  | { kind: 'refused'; id: string; text: string; code: RefusalCode }
  | { kind: 'unconfirmed'; id: string; text: string };

export class ChatOutgoing extends LitElement {
  static override properties = { post: { attribute: false } };
  declare post: Outgoing;

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: var(--space-1);
        padding: var(--space-1) var(--space-4);
        padding-inline-start: calc(var(--space-4) + var(--monogram-small) + var(--space-2));
      }
      .text {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        unicode-bidi: plaintext;
        color: var(--ink-soft);
      }
      .why {
        color: var(--ink-soft);
        font-size: var(--text-small);
      }
      .refused {
        color: var(--bad);
      }
      .acts {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      .acts button {
        font-size: var(--text-small);
      }
    `,
  ];

  override render() {
    const { post } = this;
    return html`<p class="text" dir="auto">${post.text}</p>
      ${this.#why()}
      ${
        post.kind === 'sending'
          ? ''
          : html`<p class="acts">
            <button @click=${() => this.#fire('again')}>${texts.chat.again}</button>
            <button class="quiet" @click=${() => this.#fire('discard')}>${texts.chat.discard}</button>
          </p>`
      }`;
  }

  #why() {
    const { post } = this;
    if (post.kind === 'refused') return html`<p class="why refused" role="alert">${answerTo(post.code).sentence}</p>`;
    if (post.kind === 'unconfirmed')
      return html`<p class="why"><strong>${texts.chat.unconfirmed}.</strong> ${texts.chat.unconfirmedHint}</p>`;
    return html`<p class="why">${post.waiting ? answerTo(post.waiting).sentence : texts.chat.sending}</p>`;
  }

  #fire(type: 'again' | 'discard') {
    this.dispatchEvent(new CustomEvent(type));
  }
}
customElements.define('chat-outgoing', ChatOutgoing);
