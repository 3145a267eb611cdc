// What the API's names are called on the page. A name that is newer than this
// page is shown as it is written, with spaces.

export const plain = (name) => String(name ?? '').replace(/^_/, '').replaceAll('_', ' ');

const words = (table) => (name) => table[name] ?? plain(name);

// The attempt's states in the order of a contact's life, in three groups.
export const groups = [
  ['Waiting', ['pending', 'scheduled', 'retry_scheduled', 'callback_scheduled']],
  ['In hand', ['leased', 'dialling', 'ringing', 'amd_screening', 'attaching', 'in_progress', '_processing']],
  ['Ended', ['completed', 'exhausted', 'abandoned', 'amd_machine', 'window_closed', 'manual_stopped']],
];

// The bar shows what has ended first, so that it fills from the left.
export const barOrder = [...groups[2][1], ...groups[1][1].toReversed(), ...groups[0][1].toReversed()];

export const stateName = words({
  pending: 'Pending', scheduled: 'Scheduled', retry_scheduled: 'Retry scheduled',
  callback_scheduled: 'Callback scheduled', leased: 'Leased', dialling: 'Dialling', ringing: 'Ringing',
  amd_screening: 'Screening', attaching: 'Attaching', in_progress: 'In progress', _processing: 'Processing',
  completed: 'Completed', exhausted: 'Exhausted', abandoned: 'Abandoned', amd_machine: 'Machine',
  window_closed: 'Window closed', manual_stopped: 'Manually stopped',
});

export const outcomes = ['answered', 'busy', 'no_answer', 'rejected', 'invalid_number', 'congestion', 'failed',
  'machine', 'abandoned', 'cancelled', 'refused', 'unknown', 'ghost'];

export const outcomeName = words({
  no_answer: 'no answer', invalid_number: 'invalid number', refused: 'refused by the switch',
  ghost: 'found later and hung up',
});

export const reasonName = words({
  retries_spent: 'retries used up', not_retryable: 'not retried', do_not_call: 'asked not to be called',
  stopped: 'stopped by the operator', window_closed: 'its day ended', callback_cancelled: 'callback cancelled',
  callback_spent: 'callback’s tries used up', no_disposition: 'no disposition came', hung_up_early: 'hung up early',
});

export const statusName = words({
  draft: 'Draft', running: 'Running', paused: 'Paused', completed: 'Completed', failed: 'Failed',
});

export const endName = words({
  finished: 'every contact was worked', stopped: 'stopped by the operator', window: 'its day ended', failed: 'failed',
});

export const actionName = words({
  start: 'Start', pause: 'Pause', resume: 'Resume', stop: 'Stop', restart: 'Restart', clone: 'Clone', edit: 'Edit',
  add_contacts: 'Add contacts',
});

// faultWords says what the API's document finds wrong with a value.
export function faultWords(message) {
  return message.replace(/^expected integer$/, 'want a whole number').replace(/^expected number$/, 'want a number')
    .replace(/^expected number >= /, 'want at least ').replace(/^expected number <= /, 'want at most ');
}

// The figures: [name, words, kind, what it is]. The first row is read first.
export const headline = [
  ['lines', 'Lines now', 'count', 'Lines in use at this moment'],
  ['attempt_answer_rate', 'Attempt answer rate', 'rate', 'Dials answered by a person ÷ dials'],
  ['completion_rate', 'Completion rate', 'rate', 'Completed ÷ total'],
  ['average_handle_time', 'Average handle time', 'span', 'Talk and wrap-up per conversation'],
  ['abandon_rate', 'Abandon rate', 'rate', 'Abandoned ÷ calls answered live by a person'],
  ['retries_remaining', 'Retries remaining', 'count', 'Unspent retries of attempts that have not ended'],
];

export const figures = [
  ['total_calls', 'Total calls', 'count', 'Contacts in this run'],
  ['attempted_count', 'Attempted', 'count', 'Contacts with at least one dial'],
  ['answered_count', 'Answered', 'count', 'Contacts that a person answered at least once'],
  ['completed_count', 'Completed', 'count', 'Contacts whose attempt is completed'],
  ['failed_count', 'Failed', 'count', 'Contacts whose attempt is exhausted'],
  ['machine_detected_count', 'Machine detected', 'count', 'Calls that a machine answered'],
  ['callback_pending', 'Callbacks pending', 'count', 'Asked for, still to be dialled'],
  ['callback_completed', 'Callbacks completed', 'count', 'Ended in a conversation'],
  ['callback_cancelled', 'Callbacks cancelled', 'count', 'Cancelled before they were due'],
  ['callback_exhausted', 'Callbacks exhausted', 'count', 'Ran out of tries'],
  ['dials', 'Dials', 'count', 'Calls that the switch took'],
  ['refused', 'Dials refused', 'count', 'Calls that the switch did not take'],
  ['live_answers', 'Live answers', 'count', 'Calls answered by a person'],
  ['abandoned_calls', 'Abandoned calls', 'count', 'Answered by a person for whom no agent was free'],
  ['conversations', 'Conversations', 'count', 'Calls with an agent on the line'],
  ['penetration', 'Penetration', 'rate', 'Contacts answered ÷ contacts'],
  ['calls_per_contact', 'Calls per contact', 'ratio', 'Dials ÷ contacts attempted'],
  ['stale_recoveries', 'Stale recoveries', 'count', 'Attempts taken over from dead workers'],
];
