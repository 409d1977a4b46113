import { css, html, type TemplateResult } from 'lit';
import { unsafeSVG } from 'lit/directives/unsafe-svg.js';
import activity from 'lucide-static/icons/activity.svg?raw';
import armchair from 'lucide-static/icons/armchair.svg?raw';
import arrowLeft from 'lucide-static/icons/arrow-left.svg?raw';
import check from 'lucide-static/icons/check.svg?raw';
import flag from 'lucide-static/icons/flag.svg?raw';
import hourglass from 'lucide-static/icons/hourglass.svg?raw';
import link from 'lucide-static/icons/link.svg?raw';
import logOut from 'lucide-static/icons/log-out.svg?raw';
import mute from 'lucide-static/icons/message-square-off.svg?raw';
import messages from 'lucide-static/icons/messages-square.svg?raw';
import refresh from 'lucide-static/icons/rotate-ccw.svg?raw';
import send from 'lucide-static/icons/send-horizontal.svg?raw';
import shield from 'lucide-static/icons/shield.svg?raw';
import trash from 'lucide-static/icons/trash-2.svg?raw';
import users from 'lucide-static/icons/users.svg?raw';
import wifiOff from 'lucide-static/icons/wifi-off.svg?raw';

const ICONS = {
  activity,
  armchair,
  'arrow-left': arrowLeft,
  check,
  flag,
  hourglass,
  link,
  'log-out': logOut,
  messages,
  mute,
  refresh,
  send,
  shield,
  trash,
  users,
  'wifi-off': wifiOff,
};
export type IconName = keyof typeof ICONS;

/** An icon beside words; it says nothing to a screen reader. The drawings are bundled, so unsafeSVG sees no input. */
export function icon(name: IconName): TemplateResult {
  return html`<span class="icon" aria-hidden="true">${unsafeSVG(ICONS[name])}</span>`;
}

export const iconStyle = css`
  .icon {
    display: inline-flex;
    flex: none;
  }
  .icon svg {
    width: var(--icon);
    height: var(--icon);
    stroke-width: 1.75;
  }
`;
