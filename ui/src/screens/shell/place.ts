/** Where one was when the vault locked, kept as a draft: an address with ids, no content. */
import { call } from '$lib/transport';

export const PLACE_DRAFT = 'place';

export async function rememberedPlace(): Promise<string | null> {
  const { drafts } = await call('drafts', {});
  return drafts.find((draft) => draft.name === PLACE_DRAFT)?.body ?? null;
}
