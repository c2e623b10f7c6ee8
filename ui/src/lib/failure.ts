/** Failures as they come over the transport, and the words for their codes. */
import type { Failure } from './bindings';
import { has } from './i18n/catalogue';
import type { MessageId } from './i18n/message-ids';

/** The failure in a rejected promise. What is no failure of the program's is one of ours, and says nothing more. */
export function failureOf(error: unknown): Failure {
  return isFailure(error) ? error : { code: 'E-INTERNAL', params: {}, fields: [] };
}

/** The message of a code; a code of a newer program has the words that are true of every failure. */
export function codeMessage(code: string): MessageId {
  const id = `code-${code}`;
  return has(id) ? id : 'code-unknown';
}

function isFailure(error: unknown): error is Failure {
  return (
    typeof error === 'object' && error !== null && 'code' in error && 'params' in error && 'fields' in error
  );
}
