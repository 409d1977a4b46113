import { css, html, LitElement, nothing } from 'lit';
import type { Connection } from '#client/net/connection.ts';
import { Live } from '#client/net/live.ts';
import type { Names } from '#client/net/names.ts';
import { brief, localMoment, texts } from '#client/texts.ts';
import type { Channel } from '#schema/chat.ts';
import { answerTo } from '#schema/refusals.ts';
import { choice, choiceStyle, SPANS } from './spans.ts';
import { controls } from './styles/controls.ts';
import { dialog } from './styles/dialog.ts';

/** A moderator's mute outlasts no month, by the room's clock. */
const { month: _, ...spans } = texts.operate.spans;
type MuteSpan = keyof typeof spans;

/** For moderators: keeps one person from posting in this channel for a time, or lets them post again. */
export class MutePerson extends LitElement {
  static override properties = {
    connection: { attribute: false },
    names: { attribute: false },
    player: { state: true },
    span: { state: true },
    trouble: { state: true },
  };
  declare connection: Connection<Channel>;
  declare names: Names;
  declare player: string;
  declare span: MuteSpan;
  declare trouble: string;

  static override styles = [
    controls,
    dialog,
    choiceStyle,
    css`
      p {
        margin-top: var(--space-3);
      }
      .bad {
        color: var(--bad);
      }
    `,
  ];

  constructor() {
    super();
    this.player = '';
    this.span = 'hour';
    this.trouble = '';
    new Live(this, () => this.connection);
  }

  async open(player: string): Promise<void> {
    Object.assign(this, { player, trouble: '' });
    await this.updateComplete;
    this.#dialog?.showModal();
  }

  get #dialog() {
    return this.renderRoot.querySelector('dialog');
  }

  override render() {
    const name = brief(this.names.of(this.player));
    const until = this.connection.state.mutes.get(this.player)?.endsAt;
    const words = until === undefined ? texts.operate.mute : texts.operate.unmute;
    const line = until === undefined ? texts.operate.mute.line(name) : texts.operate.unmute.line(localMoment(until));
    const choose = (span: MuteSpan) => {
      this.span = span;
    };
    return html`<dialog aria-labelledby="who" closedby="any">
      <h2 id="who">${words.title(name)}</h2>
      <p class="soft">${line}</p>
      ${until === undefined ? choice(texts.operate.span, spans, this.span, choose) : nothing}
      ${this.trouble ? html`<p class="bad" role="alert">${this.trouble}</p>` : nothing}
      <form @submit=${(event: Event) => this.#confirm(event, until !== undefined)}>
        <button type="button" @click=${() => this.#dialog?.close()}>${texts.admin.cancel}</button>
        <button class="brass">${words.label}</button>
      </form>
    </dialog>`;
  }

  async #confirm(event: Event, muted: boolean) {
    event.preventDefault();
    const { connection, player } = this;
    const endsAt = Math.floor(connection.serverNow()) + SPANS[this.span];
    const reply = await (muted
      ? connection.submit('unmute', { player })
      : connection.submit('mute', { player, endsAt }));
    this.trouble = reply.ok ? '' : answerTo(reply.code).sentence;
    if (reply.ok) this.#dialog?.close();
  }
}
customElements.define('mute-person', MutePerson);
