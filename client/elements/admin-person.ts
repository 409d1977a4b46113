import { css, html, LitElement, nothing } from 'lit';
import { isoTime } from '#client/clock.ts';
import type { Parlor } from '#client/net/parlor.ts';
import { Refusal } from '#client/net/rest.ts';
import { texts } from '#client/texts.ts';
import type { Ban, BanReason, Password, Player } from '#schema/resources.ts';
import { choice, choiceStyle, SPANS, type Span } from './spans.ts';
import { controls } from './styles/controls.ts';
import { dialog } from './styles/dialog.ts';

const ACTS = ['password', 'disable', 'enable', 'ban', 'unban', 'delete'] as const;
type Act = (typeof ACTS)[number];

/** What can be done about one person: choose, confirm, read what came of it. Fires `changed` after each. */
export class AdminPerson extends LitElement {
  static override properties = {
    parlor: { attribute: false },
    player: { attribute: false },
    ban: { attribute: false },
    act: { state: true },
    span: { state: true },
    reason: { state: true },
    told: { state: true },
    secret: { state: true },
    busy: { state: true },
  };
  declare parlor: Parlor;
  declare player: Player | undefined;
  declare ban: Ban | undefined;
  /** Chosen, and not confirmed yet. */
  declare act: Act | undefined;
  declare span: Span;
  declare reason: BanReason;
  declare told: { sentence: string; good: boolean } | undefined;
  /** A password that is shown once. */
  declare secret: string;
  declare busy: boolean;

  static override styles = [
    controls,
    dialog,
    choiceStyle,
    css`
      dialog {
        width: min(var(--dialog), 100% - var(--space-6));
      }
      ul {
        display: grid;
        gap: var(--space-2);
        margin-top: var(--space-4);
      }
      li button {
        width: 100%;
        justify-content: start;
      }
      p {
        display: block;
        margin-top: var(--space-3);
      }
      .bad {
        color: var(--bad);
      }
      .good {
        color: var(--good);
      }
      code {
        display: block;
        margin-top: var(--space-3);
        padding: var(--space-3);
        border-radius: var(--radius-small);
        background: var(--paper-sunk);
        font-size: var(--text-large);
        user-select: all;
        overflow-wrap: anywhere;
      }
    `,
  ];

  constructor() {
    super();
    this.span = 'day';
    this.reason = 'other';
    this.secret = '';
    this.busy = false;
  }

  async open(player: Player, ban: Ban | undefined): Promise<void> {
    Object.assign(this, { player, ban, act: undefined, told: undefined, secret: '' });
    await this.updateComplete;
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  override render() {
    const name = this.player?.spec.displayName ?? '';
    return html`<dialog aria-labelledby="who">
      <h2 id="who">${name}</h2>
      ${this.told ? html`<p class=${this.told.good ? 'good' : 'bad'} role="status">${this.told.sentence}</p>` : nothing}
      ${this.secret ? html`<code>${this.secret}</code>` : nothing}
      ${this.act ? this.#question(this.act, name) : this.#choices()}
    </dialog>`;
  }

  #choices() {
    const enabled = this.player?.spec.enabled ?? true;
    const offered: Act[] = ['password', enabled ? 'disable' : 'enable', this.ban ? 'unban' : 'ban', 'delete'];
    const gone = this.told?.good && !this.player;
    return html`${
      gone
        ? nothing
        : html`<ul>
            ${offered.map(
              (act) => html`<li>
                <button @click=${() => this.#choose(act)}>${texts.operate[act].label}</button>
              </li>`,
            )}
          </ul>`
    }
    <form method="dialog"><button>${texts.operate.close}</button></form>`;
  }

  #question(act: Act, name: string) {
    return html`<p>${texts.operate[act].line(name)}</p>
      ${act === 'ban' ? this.#terms() : nothing}
      <form @submit=${(event: Event) => this.#confirm(event, act, name)}>
        <button type="button" @click=${() => this.#choose(undefined)}>${texts.admin.cancel}</button>
        <button class="brass" ?disabled=${this.busy}>${texts.operate[act].label}</button>
      </form>`;
  }

  #terms() {
    const span = (span: Span) => Object.assign(this, { span });
    const reason = (reason: BanReason) => Object.assign(this, { reason });
    return html`${choice(texts.operate.span, texts.operate.spans, this.span, span)}
    ${choice(texts.operate.reason, texts.operate.reasons, this.reason, reason)}`;
  }

  #choose(act: Act | undefined) {
    Object.assign(this, { act, told: undefined, secret: '' });
  }

  async #confirm(event: Event, act: Act, name: string) {
    event.preventDefault();
    this.busy = true;
    try {
      await this.#do(act);
      this.told = { sentence: texts.operate[act].done(name), good: true };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.told = { sentence: error.message, good: false };
    }
    this.busy = false;
    this.act = undefined;
    this.dispatchEvent(new CustomEvent('changed'));
  }

  async #do(act: Act): Promise<void> {
    const { rest } = this.parlor;
    const player = this.player as Player;
    const { name } = player.metadata;
    const order = (kind: string, spec: object) => ({ apiVersion: 'parlor.dev/v1', kind, spec });
    switch (act) {
      case 'password':
        this.secret = (await rest.post<Password>(`players/${name}/password`, order('Password', {}))).spec.password;
        return;
      case 'enable':
      case 'disable':
        this.player = await rest.patch<Player>(`players/${name}`, { spec: { enabled: act === 'enable' } });
        return;
      case 'ban': {
        const endsAt = isoTime(this.parlor.serverNow() + SPANS[this.span]);
        this.ban = await rest.post<Ban>('bans', order('Ban', { player: name, endsAt, reason: this.reason }));
        return;
      }
      case 'unban':
        await rest.delete(`bans/${name}`);
        this.ban = undefined;
        return;
      case 'delete':
        await rest.delete(`players/${name}`);
        this.player = undefined;
        return;
      default:
        act satisfies never;
    }
  }
}
customElements.define('admin-person', AdminPerson);
