-- 0340_payment_state -- what a payment was answered with is the same for ever, the state of the reservation then too.

alter table payment add column state text not null;
