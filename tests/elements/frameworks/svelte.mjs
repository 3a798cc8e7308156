// The same in Svelte.
import { mount as svelteMount } from "svelte";
import Ticket from "./Ticket.svelte";

export function mount(target, props) {
  svelteMount(Ticket, { target, props });
}
