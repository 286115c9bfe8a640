import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../api/types';
import { Overlay } from '../app/Shell/Overlay';
import { notices } from '../app/notices';
import { room } from '../room/state';
import { FakeServer } from '../testing/fakeServer';
import { ConceptList } from './ConceptList/ConceptList';
import { concepts } from './concepts';

let server: FakeServer;
let session: Session;

beforeEach(() => {
  server = new FakeServer();
  session = server.session();
  concepts.set({ items: [session] });
  render(
    <>
      <ConceptList />
      <Overlay />
    </>,
  );
});

describe('the list of concepts', () => {
  it('links each one to its own address', () => {
    expect(screen.getByRole('link', { name: /red heart/ }).getAttribute('href')).toBe('/concepts/S1');
  });

  it('renames one', async () => {
    server.answers.push(
      new Response(JSON.stringify({ ...session, name: 'hearts' }), {
        headers: { 'content-type': 'application/json' },
      }),
    );
    fireEvent.click(screen.getByRole('button', { name: 'Rename red heart' }));
    fireEvent.change(await screen.findByRole('textbox', { name: 'Name' }), { target: { value: 'hearts' } });
    fireEvent.click(screen.getByText('Rename', { selector: 'button' }));
    expect(await screen.findByRole('link', { name: /hearts/ })).toBeTruthy();
    expect(server.called(/^PATCH/)[0]?.body).toEqual({ name: 'hearts' });
  });

  it('deletes one only after asking, and leaves its room', async () => {
    room.set({ session });
    fireEvent.click(screen.getByRole('button', { name: 'Delete red heart' }));
    expect(server.called(/^DELETE/)).toHaveLength(0);
    server.answers.push(new Response(null, { status: 204 }));
    fireEvent.click(await screen.findByText('Delete', { selector: 'button' }));
    await waitFor(() => expect(screen.queryByRole('link', { name: /red heart/ })).toBeNull());
    expect(location.pathname).toBe('/explore/demo');
  });

  it('takes one that is gone already for deleted', async () => {
    server.sessionExists = false;
    fireEvent.click(screen.getByRole('button', { name: 'Delete red heart' }));
    fireEvent.click(await screen.findByText('Delete', { selector: 'button' }));
    await waitFor(() => expect(concepts.get().items).toEqual([]));
    expect(notices.get().items[0]?.tone).toBe('info');
  });
});
