import { declare } from '../../kit/state-machine.ts';

/** The road of a file that comes in piece by piece. */
export const modelUploadMachine = declare({
  name: 'model_upload',
  table: 'registry.model_upload',
  states: {
    open: 'pieces are coming in, each appended where the one before it ended',
    checking: 'all of it is there and is read through to its last byte',
    unread: 'no check of it came to its end, as often as it was begun; the draft is kept for a while',
    stored: 'it passed every check and is kept under its digest',
    refused: 'a check refused it, and nothing of it was kept',
    expired: 'it was not finished in time, and nothing of it was kept',
    cancelled: 'the uploader gave it up',
  },
  begins: 'open',
  acts: {
    finish: {
      from: ['open'],
      to: 'checking',
      who: ['uploader'],
      guards: ['every byte that was announced is there'],
    },
    store: {
      from: ['checking'],
      to: 'stored',
      who: ['system'],
      guards: ['the digest is the one that was announced', 'the gate took it'],
      effects: ['a file of the uploader, with the digests of its tensors'],
    },
    refuse: { from: ['open', 'checking'], to: 'refused', who: ['system'], effects: ['the draft is deleted'] },
    give_up: {
      from: ['checking'],
      to: 'unread',
      who: ['system'],
      guards: ['its check was begun five times, and none came to its end'],
      effects: ['a letter to the uploader'],
    },
    retry: { from: ['unread'], to: 'checking', who: ['uploader'] },
    expire: {
      from: ['open', 'unread'],
      to: 'expired',
      who: ['system'],
      effects: ['the draft is deleted', 'a letter to the uploader'],
    },
    cancel: {
      from: ['open', 'unread'],
      to: 'cancelled',
      who: ['uploader'],
      effects: ['the draft is deleted'],
    },
  },
});

export type ModelUploadState = keyof typeof modelUploadMachine.states;
