/** Keycloak's URL layout, for one realm. */
export const REALM = 'parlor';
export const REALM_PATH = `/realms/${REALM}`;
export const PROTOCOL_PATH = '/protocol/openid-connect';
export const ADMIN_PATH = `/admin/realms/${REALM}`;
