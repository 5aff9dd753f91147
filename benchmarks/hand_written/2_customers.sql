-- Customers: connected components of contacts, leads, addresses, telephone numbers and devices over
-- keys that are not shared by several people; companies are customers of their own. Erased people
-- are left out.
create table bot_agents as
select distinct user_agent
from (select distinct user_agent from events)
join bot_patterns on contains(lower(user_agent), pattern);

create table bot_visitors as
select distinct visitor_id
from events
where visitor_id is not null
group by visitor_id, occurred_at::date
having bool_or(user_agent in (from bot_agents)) or count(*) > 1000;

-- Keys that one record names together.
create table mentions as
select
    'record' as evidence, contact_id, null::varchar as account_id, null::varchar as lead_id, email, phone,
    null::varchar as visitor_id, created_at::date as seen_on, is_test, false as is_bot,
from contacts
union all
select 'company', null, account_id, null, null, null, null, created_at::date, is_test, false
from accounts
union all
select
    'lead', converted_contact_id, if(converted_contact_id is null, converted_account_id, null), lead_id, email, phone,
    null, created_at::date, false, false,
from leads
union all
select
    'order', if(account_id is null, contact_id, null), account_id, null, email, phone, visitor_id, min(order_date),
    false, false,
from orders
where not is_test
group by all
union all
select
    'event', contact_id, null, null, email, null, visitor_id, min(occurred_at)::date, false,
    visitor_id in (from bot_visitors),
from events
where coalesce(visitor_id, contact_id, email) is not null
group by all;

-- The first key of a record is its hub: the record is about it.
create table mentioned_keys as
select evidence, contact_id, email, seen_on, is_test, is_bot, unnest([
    {kind: 'account', trust: 0, key: account_id},
    {kind: 'contact', trust: 1, key: contact_id},
    {kind: 'lead', trust: 2, key: lead_id},
    {kind: 'email', trust: 3, key: email},
    {kind: 'phone', trust: 4, key: phone},
    {kind: 'visitor', trust: 5, key: visitor_id}
], recursive := true), account_id, hub_kind
from (
    select *, case
        when account_id is not null then 'account'
        when lead_id is not null then 'lead'
        when contact_id is not null then 'contact'
        when email is not null then 'email'
        when phone is not null then 'phone'
        else 'visitor'
    end as hub_kind
    from mentions
);

delete from mentioned_keys where key is null;

create table keys as
with totals as (
    select
        kind, key, trust, min(seen_on) as first_seen_date,
        bool_or(kind = 'contact' or (kind = hub_kind and evidence <> 'event')) as is_person,
        bool_or(evidence = 'event') as is_seen_online,
        bool_or(kind = hub_kind and is_test) as is_test,
        bool_or(is_bot and kind = 'visitor') as is_bot,
        count(distinct email) filter (where account_id is null) as emails,
    from mentioned_keys
    group by all
),

-- People are told apart by the names of their contacts, guests by their addresses.
named as (
    select
        mentioned_keys.kind, key, mentioned_keys.contact_id, contacts.person_name, contacts.birth_date,
        coalesce(contacts.is_test, false) as of_test,
        if(split_part(mentioned_keys.email, '@', 1) in (from role_mailboxes), null, mentioned_keys.email) as own_email,
        mentioned_keys.account_id,
    from mentioned_keys
    left join contacts using (contact_id)
    where mentioned_keys.kind in ('lead', 'email', 'phone', 'visitor')
),

contact_totals as (
    select
        kind, key, count(distinct contact_id) as contacts, any_value(contact_id) as contact_id,
        min(person_name) < max(person_name) or min(birth_date) < max(birth_date) as is_contradicted,
    from named
    where contact_id is not null and not of_test
    group by all
),

owners_of_emails as (
    select own_email, min(person) as person, max(person) as other_person
    from (select own_email, contact_id, if(of_test, null, coalesce(person_name, contact_id)) as person, account_id from named)
    where own_email is not null and contact_id is not null and account_id is null
    group by all
),

people_totals as (
    select kind, key, count(distinct case
        when contact_id is not null then if(of_test, null, coalesce(person_name, contact_id))
        when person = other_person then person
        else own_email
    end) as people
    from named
    left join owners_of_emails using (own_email)
    where kind in ('phone', 'visitor') and account_id is null
    group by all
),

judged as (
    select
        *, coalesce(contacts, 0) as contact_count,
        case
            when kind = 'email' and split_part(key, '@', 1) in (from role_mailboxes) then 'role_mailbox'
            when is_bot then 'bot'
            when kind in ('account', 'contact', 'lead') then null
            when contacts > 3 or (kind <> 'email' and emails > 3) then 'too_many_people'
            when (contacts > 1 and is_contradicted) or people > 1 then 'different_people'
        end as cut_rule,
    from totals
    left join contact_totals using (kind, key)
    left join people_totals using (kind, key)
)

select
    kind, key, coalesce(first_seen_date::varchar, '9999-12-31') || ' ' || trust || ' ' || kind || '|' || key as age,
    first_seen_date, is_test, is_person, cut_rule, contact_count,
    is_person or (cut_rule is null and is_seen_online and kind in ('email', 'visitor')) as is_customer,
    if(contact_count = 1, contact_id, null) as only_contact_id,
    row_number() over (order by age) as number,
from judged;

-- Each record links its hub to its other keys.
create table links as
with hubs as (
    select
        *, case
            when lead_id is not null then 'lead' when contact_id is not null then 'contact' when email is not null then 'email'
            else 'phone'
        end as kind,
        coalesce(lead_id, contact_id, email, phone) as key,
    from mentions
    where account_id is null
),

pairs as (
    select kind, key, 'contact' as other_kind, contact_id as other_key from hubs where kind = 'lead'
    union
    select kind, key, 'email', email from hubs where kind <> 'email'
    union
    select kind, key, 'phone', phone from hubs where kind <> 'phone'
    union
    select kind, key, 'visitor', visitor_id from hubs
)

select one.number as node, another.number as other
from pairs
join keys as one using (kind, key)
join keys as another on other_kind = another.kind and other_key = another.key
where
    one.number <> another.number
    and one.cut_rule is null
    and another.cut_rule is null
    and not (one.is_test and another.contact_count > 0);

create table components as
with recursive edges as (
    select node, other from links
    union
    select other, node from links
),

reached(node, component) using key (node) as (
    select distinct node, node from edges
    union
    select edges.other, min(reached.component)
    from reached
    join edges using (node)
    join recurring.reached as known on edges.other = known.node
    where reached.component < known.component
    group by edges.other
)

select node as number, component from reached;

create table groups as
with members as (
    select keys.*, coalesce(component, number) as component, person_name, birth_date,
    from keys
    left join components using (number)
    left join (
        select 'contact' as kind, contact_id as key, person_name, birth_date from contacts where not is_test
    ) as contacts using (kind, key)
    where keys.kind <> 'account'
),

contradicted as (
    select component
    from members
    group by component
    having min(person_name) < max(person_name) or min(birth_date) < max(birth_date)
),

marked as (
    select
        members.*, contradicted.component is not null as is_split,
        if(contradicted.component is not null, only_contact_id, null) as owner_contact_id,
    from members
    left join contradicted using (component)
),

owners as (select key as owner_contact_id, number as owner_number from keys where kind = 'contact')

select *, if(is_split, coalesce(owner_number, number), component) as group_number
from marked
left join owners using (owner_contact_id);

create table identifiers as
with people as (
    select
        group_number, substr(min(age), 14) as oldest, bool_or(is_person) as is_person, bool_or(is_customer) as is_customer,
        bool_or(is_test) and not bool_or(kind = 'contact' and not is_test) as is_test,
        count(*) filter (where cut_rule <> 'role_mailbox') = 0 as is_private,
    from groups
    group by group_number
),

people_of_companies as (
    select group_number, min(account_id) as account_id, count(distinct account_id) as accounts
    from mentioned_keys
    join groups using (kind, key)
    where account_id is not null
    group by group_number
),

real_accounts as (select key as account_id from keys where kind = 'account' and is_customer and not is_test),

owned as (
    select
        people.*, if(accounts = 1 and is_private and not is_person, account_id, null) as account_id,
    from people
    left join people_of_companies using (group_number)
)

select 'account' as kind, account_id as key, md5('account|' || account_id) as customer_id
from real_accounts
union all
select groups.kind, groups.key, md5(oldest)
from groups
join owned using (group_number)
where owned.account_id is null and owned.is_customer and not owned.is_test and not groups.is_test
union all
select groups.kind, groups.key, md5('account|' || owned.account_id)
from groups
join owned using (group_number)
semi join real_accounts on owned.account_id = real_accounts.account_id;

-- Everything that names an erased person goes; an order of a company only loses the person.
create table erased_keys as
with erased as (
    select distinct customer_id
    from identifiers
    join (
        select 'contact' as kind, contact_id as key from erasure_requests
        union all
        select 'email', email from erasure_requests
        union all
        select 'phone', phone from erasure_requests
        union all
        select 'visitor', visitor_id from erasure_requests
    ) using (kind, key)
)

select kind, key from identifiers semi join erased using (customer_id) where kind <> 'account';

create macro erased(of_kind) as table select key from erased_keys where kind = of_kind;

delete from identifiers where (kind, key) in (from erased_keys);
update orders set contact_id = null, email = null, phone = null, visitor_id = null
where account_id is not null
    and (contact_id in (from erased('contact')) or email in (from erased('email')) or visitor_id in (from erased('visitor')));
delete from orders
where contact_id in (from erased('contact')) or email in (from erased('email'))
    or phone in (from erased('phone')) or visitor_id in (from erased('visitor'));
delete from order_lines where order_id not in (select order_id from orders);
delete from refunds where order_id not in (select order_id from orders);
delete from events
where contact_id in (from erased('contact')) or email in (from erased('email')) or visitor_id in (from erased('visitor'));
delete from contacts where contact_id in (from erased('contact'));
delete from leads where lead_id in (from erased('lead'));
delete from consents where contact_id in (from erased('contact')) or email in (from erased('email'));
delete from touches where contact_id in (from erased('contact')) or email in (from erased('email'));
delete from service_contacts where contact_id in (from erased('contact')) or email in (from erased('email'));
delete from answers where contact_id in (from erased('contact'));

create table customers as
with contacts_of_customers as (
    select
        customer_id, arg_min(key, first_seen_date::varchar || key) filter (where kind = 'contact') as contact_id,
        any_value(key) filter (where kind = 'account') as account_id,
        arg_max(key, first_seen_date::varchar || key) filter (where kind = 'lead') as lead_id,
        min(first_seen_date) as first_seen_date,
    from identifiers
    join keys using (kind, key)
    group by customer_id
)

select
    contacts_of_customers.*, if(account_id is null, 'person', 'company') as customer_kind,
from contacts_of_customers;
