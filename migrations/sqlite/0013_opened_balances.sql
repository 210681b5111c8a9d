-- A balance is its ledger from its first moment on. The twin of ../postgres/0013_opened_balances.sql.
CREATE TRIGGER credits_open_as_their_ledger AFTER INSERT ON credits
    WHEN NEW.balance <> (SELECT COALESCE(SUM(delta), 0) FROM credit_events WHERE user_id = NEW.user_id)
BEGIN
    SELECT RAISE(ABORT, 'credits_balance_is_its_ledger');
END;
